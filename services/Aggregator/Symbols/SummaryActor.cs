using System.Globalization;
using System.Text;
using Dapr.Actors.Runtime;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Ordering;
using DaprTrading.Aggregator.Summaries;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>One symbol: a thin rim around the pure figures. Loads, calculates, seals full segments, stores.</summary>
/// <remarks>
/// A turn stores everything it changes in one transaction and publishes nothing. Summaries are offered to the publisher, which sends the newest:
/// one that never went out because the process died is offered again when the actor is activated.
/// </remarks>
[Actor(TypeName = ActorTypes.Summary)]
internal sealed class SummaryActor(
    ActorHost host, ISegmentStore history, ISymbolRegister directory, ISummarySink publisher, AggregatorMetrics metrics,
    IOptions<AggregatorOptions> options, IOptions<AccuracyOptions> accuracy) : Actor(host), ISummaryActor, IRemindable
{
    private const string StateEntry = "summary";
    private const string SignalsEntry = "signals";
    private const string AccuracyEntry = "accuracy";
    private const string GapReminder = "gap";
    private readonly AggregatorOptions _options = options.Value;
    private FollowUp? _followUp;

    private string Symbol => Id.GetId();

    private PointOrder Order => new(StateManager, _options.MaxHeldPoints);

    private Series<IndicatorPoint> Points => new(
        Symbol, new SeriesShape("points", _options.SegmentSize, _options.PointSegments), static point => point.N, StateManager, history);

    private FollowUp Followed => _followUp ??= new FollowUp(accuracy.Value, Points, history, Symbol);

    /// <summary>Offers what the actor stands at: whoever held it before may have died before saying so.</summary>
    protected override async Task OnActivateAsync() =>
        Offer((await LoadAsync(CancellationToken.None)).Running, await LoadSignalsAsync(CancellationToken.None));

    public async Task ApplyAsync(IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        SummaryActorState before = await LoadAsync(cancellationToken);
        OrderedPoints ordered = await Order.AcceptAsync(before.Cursor, points, cancellationToken);
        await CommitAsync(before, ordered, cancellationToken);
    }

    public async Task CountAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
    {
        SignalCounts before = await LoadSignalsAsync(cancellationToken);
        var added = new List<TradingSignal>();
        SignalCounts after = before.Add(signals, added);
        if (ReferenceEquals(before, after))
        {
            return;
        }

        SummaryActorState state = await LoadAsync(cancellationToken);
        SignalTallies tallies = await Followed.AddAsync(
            state.Points, state.Running?.N ?? 0, await LoadTalliesAsync(cancellationToken), added, cancellationToken);
        await StateManager.SetStateAsync(SignalsEntry, after, cancellationToken);
        await StateManager.SetStateAsync(AccuracyEntry, tallies, cancellationToken);
        await StateManager.SaveStateAsync(cancellationToken);
        Offer(state.Running, after);
    }

    public async Task<SummaryAnswer> SummarizeAsync(CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        return new SummaryAnswer(state.Running?.ToSummary(Symbol, await LoadSignalsAsync(cancellationToken)));
    }

    public async Task<AccuracyAnswer> AccuracyAsync(CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        return new AccuracyAnswer(state.Running?.N ?? 0, state.Base, await LoadTalliesAsync(cancellationToken));
    }

    public async Task<PointSlice> PointsAsync(CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        return new PointSlice(
            await Points.ReadSegmentsAsync(cancellationToken), await Points.ReadTailAsync(state.Points, cancellationToken));
    }

    public async Task<CandleSlice> CandlesAsync(CandleSeries series, CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        Series<Candle> candles = CandlesOf(CandleInterval.Bases[series.Base]);
        List<Candle> tail = await candles.ReadTailAsync(state.Candles[series.Base], cancellationToken);
        if (state.Open[series.Base] is { } open)
        {
            tail.Add(open);
        }

        return new CandleSlice(await candles.ReadSegmentsAsync(cancellationToken), tail);
    }

    /// <summary>The wait for a missing point is over: if it is still missing the series goes on without it.</summary>
    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        SummaryActorState before = await LoadAsync(CancellationToken.None);
        string waited = before.Cursor.Next.ToString(CultureInfo.InvariantCulture);
        if (!before.Cursor.HasGap || !string.Equals(waited, Encoding.UTF8.GetString(state), StringComparison.Ordinal))
        {
            return;
        }

        Logger.GapGivenUp(Symbol, before.Cursor.Next, before.Cursor.Held[0].First);
        await CommitAsync(before, await Order.SkipGapAsync(before.Cursor, CancellationToken.None), CancellationToken.None);
    }

    private Series<Candle> CandlesOf(CandleInterval interval) => new(
        Symbol, new SeriesShape("candles-" + interval.Name, _options.SegmentSize, _options.CandleSegments), static candle => candle.Time,
        StateManager, history);

    private async Task<SummaryActorState> LoadAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SummaryActorState> found = await StateManager.TryGetStateAsync<SummaryActorState>(StateEntry, cancellationToken);
        return found.HasValue ? found.Value.Readable() : SummaryActorState.Empty;
    }

    private async Task<SignalCounts> LoadSignalsAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SignalCounts> found = await StateManager.TryGetStateAsync<SignalCounts>(SignalsEntry, cancellationToken);
        return found.HasValue ? found.Value : SignalCounts.None;
    }

    private async Task<SignalTallies?> LoadTalliesAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SignalTallies> found = await StateManager.TryGetStateAsync<SignalTallies>(AccuracyEntry, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async Task CommitAsync(SummaryActorState before, OrderedPoints ordered, CancellationToken cancellationToken)
    {
        if (ordered.Ready.Count == 0 && ordered.Cursor.Held.SequenceEqual(before.Cursor.Held))
        {
            return;
        }

        SummaryActorState after = ordered.Ready.Count == 0 ? before : await ExtendAsync(before, ordered.Ready, cancellationToken);
        after = after with { Version = SummaryActorState.CurrentVersion, Cursor = await WatchGapAsync(ordered.Cursor) };
        await StateManager.SetStateAsync(StateEntry, after, cancellationToken);
        await StateManager.SaveStateAsync(cancellationToken);
        if (ordered.Ready.Count > 0)
        {
            metrics.Added(Symbol, ordered.Ready.Count);
            Offer(after.Running, await LoadSignalsAsync(cancellationToken));
        }
    }

    private async Task<SummaryActorState> ExtendAsync(
        SummaryActorState before, List<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        await directory.AddAsync(Symbol, cancellationToken);
        (BaseRates rates, SignalTallies? judged) = await Followed.ExtendAsync(
            before.Points, before.Running?.N ?? 0, before.Base, await LoadTalliesAsync(cancellationToken), points, cancellationToken);
        if (judged is not null)
        {
            await StateManager.SetStateAsync(AccuracyEntry, judged, cancellationToken);
        }

        var open = new Candle?[CandleInterval.Bases.Count];
        var tails = new SeriesTail[CandleInterval.Bases.Count];
        foreach (CandleInterval interval in CandleInterval.Bases)
        {
            List<Candle> closed = Fold(interval, before.Open[interval.Base], points, out open[interval.Base]);
            tails[interval.Base] = await CandlesOf(interval).AppendAsync(before.Candles[interval.Base], closed, cancellationToken);
        }

        return before with
        {
            Running = RunningSummary.Apply(before.Running, points),
            Open = open,
            Candles = tails,
            Points = await Points.AppendAsync(before.Points, points, cancellationToken),
            Base = rates,
        };
    }

    private static List<Candle> Fold(CandleInterval interval, Candle? open, List<IndicatorPoint> points, out Candle? after)
    {
        var closed = new List<Candle>();
        after = open;
        foreach (IndicatorPoint point in points)
        {
            after = CandleMath.Add(interval, after, point, out Candle? done);
            if (done is not null)
            {
                closed.Add(done);
            }
        }

        return closed;
    }

    private async Task<PointCursor> WatchGapAsync(PointCursor cursor)
    {
        if (!cursor.HasGap || cursor.WaitingFor == cursor.Next)
        {
            return cursor;
        }

        Logger.GapOpened(Symbol, cursor.Next, cursor.Held[0].First);
        byte[] missing = Encoding.UTF8.GetBytes(cursor.Next.ToString(CultureInfo.InvariantCulture));
        await RegisterReminderAsync(GapReminder, missing, _options.GapTimeout, TimeSpan.FromMilliseconds(-1));
        return cursor with { WaitingFor = cursor.Next };
    }

    private void Offer(RunningSummary? running, SignalCounts signals)
    {
        if (running is not null)
        {
            publisher.Offer(Symbol, running, signals);
        }
    }
}

internal static partial class SummaryActorLog
{
    [LoggerMessage(6001, LogLevel.Debug, "{Symbol}: point {Expected} is missing, {Received} is here; waiting for it")]
    public static partial void GapOpened(this ILogger logger, string symbol, long expected, long received);

    [LoggerMessage(6002, LogLevel.Warning, "{Symbol}: point {Expected} did not come; going on with {Received}")]
    public static partial void GapGivenUp(this ILogger logger, string symbol, long expected, long received);
}
