using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>How much may be published that the services behind have not read yet.</summary>
internal sealed class BackPressureOptions
{
    public const string Section = "Ingestion:BackPressure";

    /// <summary>
    /// Events on the topic of bars that may be unread; above it producers are answered 503 with Retry-After. Default 40,000: with what is under way it stays
    /// below the 100,000 entries streams are trimmed to (<c>maxLenApprox</c> of the components). Ingestion instances share it. 0 switches it off.
    /// </summary>
    [Range(0, 100_000_000)] public int MaxUnreadEvents { get; init; } = 40_000;

    /// <summary>App ids of the services that have to keep up, with commas between them. Default <c>processing,signals,aggregator</c>.</summary>
    public string WaitFor { get; init; } = "processing,signals,aggregator";

    internal string[] Services => WaitFor.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
