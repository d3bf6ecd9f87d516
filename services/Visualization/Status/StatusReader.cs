using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;
using DaprTrading.Visualization.DeadLetters;
using DaprTrading.Visualization.Hubs;
using DaprTrading.Visualization.Live;

namespace DaprTrading.Visualization.Status;

/// <summary>Puts the status document together. It always answers, with less when something is down.</summary>
internal sealed class StatusReader(
    HeartbeatBoard heartbeats, RejectedBoard rejected, DeadLetterBook deadLetters, LatencyWindow latency, Clients clients, DaprClient dapr, ServiceInstance instance,
    TimeProvider time, ILogger<StatusReader> logger)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private IReadOnlyList<ComponentStatus> _components = [];
    private long? _componentsAt;

    /// <summary>The document.</summary>
    public async Task<StatusDocument> ReadAsync(CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        (double total, IReadOnlyDictionary<string, double> byField) = heartbeats.Rejected();
        return new StatusDocument(
            now, instance.StartedAt, heartbeats.Services(), heartbeats.Rates(), latency.Read(now),
            new RejectedStatus(total, byField, rejected.Read()), heartbeats.Ordering(), await deadLetters.ReadAsync(cancellationToken),
            await ComponentsAsync(cancellationToken), clients.Count);
    }

    private async Task<IReadOnlyList<ComponentStatus>> ComponentsAsync(CancellationToken cancellationToken)
    {
        if (_componentsAt is { } at && time.GetElapsedTime(at) < Freshness)
        {
            return _components;
        }

        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Timeout);
        try
        {
            DaprMetadata metadata = await dapr.GetMetadataAsync(bounded.Token);
            _components = [.. metadata.Components.Select(component => new ComponentStatus(component.Name, component.Type))];
        }
        catch (Exception failure) when (failure is DaprException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.ComponentsUnknown(failure.Message);
        }

        _componentsAt = time.GetTimestamp();
        return _components;
    }
}

internal static partial class StatusReaderLog
{
    [LoggerMessage(8301, LogLevel.Debug, "The sidecar did not list its components: {Reason}")]
    public static partial void ComponentsUnknown(this ILogger logger, string reason);
}
