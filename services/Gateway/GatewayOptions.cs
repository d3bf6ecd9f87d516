using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Gateway;

/// <summary>Limits of the public edge.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Keys producers may use in the header <c>X-Api-Key</c>; empty: no key is asked for.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Largest request body in bytes. Default 4 000 000: the sidecar's limit is 4 MiB.</summary>
    [Range(1024, 64 * 1024 * 1024)] public int MaxBodyBytes { get; init; } = 4_000_000;

    /// <summary>Requests under way at once. Default 256.</summary>
    [Range(1, 100_000)] public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Requests waiting for a place; above it they are answered 429. Default 1 024.</summary>
    [Range(0, 1_000_000)] public int MaxQueuedRequests { get; init; } = 1_024;

    /// <summary>Requests per second of one client (by key, else by address); 0: no limit. Default 0.</summary>
    [Range(0, 1_000_000)] public int RequestsPerSecond { get; init; }

    /// <summary>Longest wait for ingestion. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")] public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}
