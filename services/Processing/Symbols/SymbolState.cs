using System.Text.Json.Serialization;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Ordering;

namespace DaprTrading.Processing.Symbols;

/// <summary>Everything a symbol's actor remembers. Immutable: a turn makes a new one, and a turn that fails leaves no trace.</summary>
/// <remarks>
/// The series is kept as it was before the last turn that made points, together with the bars of that turn, the outbox. Both its points and
/// the series after it follow from that, so the points can be published again without being stored.
/// </remarks>
public sealed record SymbolState
{
    /// <summary>The layout written by this build.</summary>
    public const int CurrentVersion = 3;

    private SeriesHead? _head;

    /// <summary>A symbol of which nothing was seen.</summary>
    public static SymbolState Empty { get; } = new();

    /// <summary>
    /// Layout of this record in storage. A record of layout 1 has no outbox and reads as one whose points were all published; in layout 2 each bar is an
    /// object of its own.
    /// </summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Index of the last point before the outbox; 0 before the first.</summary>
    public long N { get; init; }

    /// <summary>Where each source stands, and the bars that came early.</summary>
    public SourceCursors Cursors { get; init; } = SourceCursors.Start;

    /// <summary>The indicators before the outbox; null before the first point.</summary>
    public IndicatorSetState? Indicators { get; init; }

    /// <summary>The last point before the outbox.</summary>
    public IndicatorPoint? Last { get; init; }

    /// <summary>The bars of the last turn that made points, in their final order; null when there was none.</summary>
    [JsonConverter(typeof(BarBlockConverter))]
    public IReadOnlyList<Bar>? Outbox { get; init; }

    /// <summary>Index of the last point, those of the outbox included.</summary>
    [JsonIgnore]
    public long LastN => N + (Outbox?.Count ?? 0);

    /// <summary>Takes in bars; none only looks whether a gap is due. Pure: the same state, bars and time give the same turn.</summary>
    /// <param name="bars">Bars of the symbol, in any order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="settings">Limits and indicators.</param>
    public SymbolTurn Apply(IReadOnlyList<Bar> bars, long nowMs, SymbolSettings settings) =>
        Turn(Cursors.Apply(bars, nowMs, settings.Limits), settings);

    /// <summary>Goes on without bars that will not come. Pure, as <see cref="Apply"/>.</summary>
    /// <param name="lost">The bars; only source and sequence matter.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="settings">Limits and indicators.</param>
    public SymbolTurn Forgo(IReadOnlyList<Bar> lost, long nowMs, SymbolSettings settings) =>
        Turn(Cursors.Forgo(lost, nowMs, settings.Limits), settings);

    private SymbolTurn Turn(Ordered<SourceCursors, Bar> ordered, SymbolSettings settings)
    {
        SymbolState after = ReferenceEquals(ordered.State, Cursors) ? this : this with { Version = CurrentVersion, Cursors = ordered.State };
        IReadOnlyList<IndicatorPoint> points = [];
        IndicatorPoint? previous = null;
        if (ordered.Released.Count > 0)
        {
            SeriesHead head = _head ?? Settle(settings);
            previous = head.Last;
            (points, SeriesHead next) = head.Extend(ordered.Released, settings);
            after = new SymbolState
            {
                Cursors = ordered.State, N = head.N, Indicators = head.Indicators, Last = head.Last, Outbox = ordered.Released, _head = next,
            };
        }

        return new SymbolTurn(after, points)
        {
            Previous = previous, Repeats = ordered.Repeats, Held = ordered.Held, NewlyHeld = Math.Max(0, ordered.Held - HeldBefore()),
            Gaps = ordered.Gaps, Missing = ordered.Missing, Late = ordered.Late, NewSources = ordered.NewSources,
            Unnumbered = ordered.Unnumbered, Restarted = ordered.Restarted, Forgotten = ordered.Forgotten,
            Backwards = Backwards(previous, points), HasGap = ordered.GapSince is not null,
        };
    }

    /// <summary>This state, if this build knows its layout.</summary>
    /// <exception cref="InvalidDataException">A later build wrote it.</exception>
    public SymbolState Readable()
    {
        if (Version > CurrentVersion)
            throw Unknown("A symbol's state", Version, CurrentVersion);
        if (Cursors.Version > SourceCursors.CurrentVersion)
            throw Unknown("The cursors of a symbol's state", Cursors.Version, SourceCursors.CurrentVersion);
        return this;
    }

    private static InvalidDataException Unknown(string what, int version, int known) => new(
        $"{what} has layout {version}; this build reads up to {known}. A later build wrote it: run that one, or a later one. Nothing was changed.");

    /// <summary>With no gap older than <paramref name="fromMs"/>; the same object when there is none.</summary>
    public SymbolState WaitFrom(long fromMs)
    {
        SourceCursors cursors = Cursors.WaitFrom(fromMs);
        return ReferenceEquals(cursors, Cursors) ? this : this with { Version = CurrentVersion, Cursors = cursors };
    }

    /// <summary>The points of the outbox: the same ones the turn that left it there made.</summary>
    public IReadOnlyList<IndicatorPoint> OutboxPoints(SymbolSettings settings) =>
        Outbox is null ? [] : new SeriesHead(N, Indicators, Last).Extend(Outbox, settings).Points;

    private SeriesHead Settle(SymbolSettings settings)
    {
        var before = new SeriesHead(N, Indicators, Last);
        return Outbox is null ? before : before.Extend(Outbox, settings).After;
    }

    private static int Backwards(IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points)
    {
        int backwards = 0;
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i].Time < previous?.Time)
                backwards++;
            previous = points[i];
        }

        return backwards;
    }

    private int HeldBefore()
    {
        int held = 0;
        for (int i = 0; i < Cursors.Sources.Count; i++)
            held += Cursors.Sources[i].Cursor.Held.Count;
        return held;
    }
}
