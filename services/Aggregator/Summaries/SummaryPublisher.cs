using System.Collections.Concurrent;
using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Summaries;

/// <summary>Where new figures of a symbol go.</summary>
internal interface ISummarySink
{
    /// <summary>Has the figures published soon, unless newer ones come before.</summary>
    void Offer(string symbol, RunningSummary running, SignalCounts signals);
}

/// <summary>Publishes the newest summary of each symbol that changed, all of them together, twice a second.</summary>
/// <remarks>
/// A summary is a view of committed state, so the newest replaces an older one that has not gone out; when the bus does not take them they wait
/// for the next turn. One entry per symbol of this instance. Thread-safe.
/// </remarks>
internal sealed class SummaryPublisher(
    DaprClient dapr, IOptions<AggregatorOptions> options, TimeProvider time, ILogger<SummaryPublisher> logger)
    : BackgroundService, ISummarySink
{
    private const int MaxPerPublish = 100;
    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private bool _failing;

    public void Offer(string symbol, RunningSummary running, SignalCounts signals) => _pending[symbol] = new Pending(running, signals);

    /// <summary>Publishes what is waiting.</summary>
    internal async Task PublishAsync(CancellationToken cancellationToken)
    {
        foreach (KeyValuePair<string, Pending>[] part in _pending.ToArray().Chunk(MaxPerPublish))
        {
            SymbolSummary[] summaries = [.. part.Select(entry => entry.Value.Running.ToSummary(entry.Key, entry.Value.Signals))];
            BulkPublishResponse<SymbolSummary> response =
                await dapr.BulkPublishEventAsync(PubSubNames.Bus, Topics.Summaries, summaries, cancellationToken: cancellationToken);
            if (response.FailedEntries.Count > 0)
            {
                throw new DaprException(
                    $"The broker did not take {response.FailedEntries.Count} of {part.Length} summaries: {response.FailedEntries[0].ErrorMessage}");
            }

            foreach (KeyValuePair<string, Pending> entry in part)
            {
                _pending.TryRemove(entry);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PublishInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryPublishAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.PublisherStopped();
        }
    }

    private async Task TryPublishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PublishAsync(cancellationToken);
            _failing = false;
        }
        catch (DaprException failure)
        {
            if (!_failing)
            {
                logger.PublishFailed(failure);
            }

            _failing = true;
        }
    }

    private sealed record Pending(RunningSummary Running, SignalCounts Signals);
}

internal static partial class SummaryPublisherLog
{
    [LoggerMessage(6201, LogLevel.Warning, "Summaries are not getting through; the newest of each symbol are tried again")]
    public static partial void PublishFailed(this ILogger logger, Exception exception);

    [LoggerMessage(6202, LogLevel.Debug, "No more summaries: the process ends")]
    public static partial void PublisherStopped(this ILogger logger);
}
