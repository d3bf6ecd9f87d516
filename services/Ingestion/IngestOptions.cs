using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Ingestion;

/// <summary>Bounds of what is accepted.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Largest request body in bytes. Default 4 MiB less room for the sidecar's own limit.</summary>
    [Range(1024, 64 * 1024 * 1024)] public int MaxBodyBytes { get; init; } = 4_000_000;

    /// <summary>Most records of one request. Default 10 000.</summary>
    [Range(1, 1_000_000)] public int MaxRecords { get; init; } = 10_000;

    /// <summary>How far a timestamp may lie ahead of the clock. Default one day: producers' clocks are wrong and time zones get mixed up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")] public TimeSpan MaxFuture { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Records waiting for the broker; above it requests are answered 503. Default 50 000.</summary>
    [Range(100, 10_000_000)] public int MaxPendingRecords { get; init; } = 50_000;

    /// <summary>Counters kept for records without a sequence; above it the process numbers anew under a new source name. Default 100 000.</summary>
    [Range(1, 10_000_000)] public int MaxCounters { get; init; } = 100_000;

    /// <summary>
    /// Wait for further requests before a publish when batches come at a high rate, so that fewer and larger events go out. Default 75 ms. Producers that
    /// send record by record wait a quarter of it: they feel each millisecond in their own rate.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")] public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(75);

    /// <summary>Records per second above which <see cref="Linger"/> applies. Default 1 000.</summary>
    [Range(1, 1_000_000)] public int LingerAboveRate { get; init; } = 1_000;
}
