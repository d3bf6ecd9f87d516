using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Aggregator;

/// <summary>How much is kept of each stock, and how long a missing point is waited for.</summary>
internal sealed class AggregatorOptions
{
    public const string Section = "Aggregator";

    /// <summary>
    /// Longest wait for a missing point. Points are numbered without holes, so one that is missing is on its way: this is longer than the broker
    /// takes to deliver again what a dead process had in its hands, which is 65 s. The wait begins anew with each activation of a symbol's actor and each
    /// turn of it that failed. Default 2 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan GapTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Points held per symbol before a gap is given up at once. Default 20 000.</summary>
    [Range(1, 1_000_000)]
    public int MaxHeldPoints { get; init; } = 20_000;

    /// <summary>Points or candles of one sealed segment. Default 250.</summary>
    [Range(10, 1_000)]
    public int SegmentSize { get; init; } = 250;

    /// <summary>Newest segments of points that are kept per symbol. Default 40, which is 10 000 points.</summary>
    [Range(1, 1_000)]
    public int PointSegments { get; init; } = 40;

    /// <summary>Newest segments of candles that are kept per symbol and stored interval. Default 60, which is 15 000 candles.</summary>
    [Range(1, 1_000)]
    public int CandleSegments { get; init; } = 60;

    /// <summary>How long a segment that was read stays in the cache. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CacheTtl { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two summaries of one symbol. Default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan PublishInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Calls to actors in progress per delivery or request. Default 16.</summary>
    [Range(1, 256)]
    public int Parallelism { get; init; } = 16;

    /// <summary>Symbols that are listed; further ones are summarised but cannot be asked for, and a warning says so. Default 10 000.</summary>
    [Range(1, 100_000)]
    public int MaxSymbols { get; init; } = 10_000;
}
