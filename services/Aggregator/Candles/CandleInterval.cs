using System.Diagnostics.CodeAnalysis;

namespace DaprTrading.Aggregator.Candles;

/// <summary>Length of a candle. Base intervals are stored; the others are derived from a base interval when they are read.</summary>
/// <param name="Name">As in the query, e.g. <c>15m</c>.</param>
/// <param name="Milliseconds">Length; candles start at multiples of it since the Unix epoch.</param>
/// <param name="Base">Position in <see cref="Bases"/> of the stored interval it comes from.</param>
internal sealed record CandleInterval(string Name, long Milliseconds, int Base)
{
    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    /// <summary>The intervals that are stored, shortest first.</summary>
    public static readonly IReadOnlyList<CandleInterval> Bases = [new("1s", Second, 0), new("1m", Minute, 1), new("1h", Hour, 2)];

    /// <summary>Every interval that can be asked for, shortest first.</summary>
    public static readonly IReadOnlyList<CandleInterval> All =
    [
        Bases[0], new("5s", 5 * Second, 0), new("15s", 15 * Second, 0),
        Bases[1], new("5m", 5 * Minute, 1), new("15m", 15 * Minute, 1),
        Bases[2], new("4h", 4 * Hour, 2), new("1d", 24 * Hour, 2),
    ];

    /// <summary>Finds an interval by its name.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out CandleInterval? interval)
    {
        interval = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return interval is not null;
    }

    /// <summary>Start of the candle that contains <paramref name="time"/>.</summary>
    public long StartOf(long time) => time - (((time % Milliseconds) + Milliseconds) % Milliseconds);
}
