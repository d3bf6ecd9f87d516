using Dapr;
using Dapr.Actors.Runtime;
using Dapr.Client;
using DaprTrading.Contracts;

namespace DaprTrading.ServiceDefaults;

/// <summary>
/// Publishes this instance's <see cref="Heartbeat"/> every five seconds, and every second while much is handled: producers are held back by what
/// heartbeats say, so at a high rate they have to be newer. The first ones come every second, too: ingestion waits for them before it takes bars.
/// </summary>
internal sealed class HeartbeatService(
    DaprClient dapr, ServiceInstance instance, CounterTotals totals, HandledMark handled, DaprReach reach, TimeProvider time, IServiceProvider services,
    ILogger<HeartbeatService> logger)
    : BackgroundService
{
    private const int TicksOfAPeriod = 5;
    private const int FirstBeats = 10;
    private const long ManyEvents = 1_000;
    private const string StoreKey = "heartbeat";
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private long _handledEvents;
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool hostsActors = services.GetService<ActorRuntime>()?.RegisteredActors.Count > 0;
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            int ticks = TicksOfAPeriod, beats = 0;
            do
            {
                if (++ticks < TicksOfAPeriod && beats >= FirstBeats && handled.Events - _handledEvents < ManyEvents) continue;
                ticks = 0;
                beats++;
                _handledEvents = handled.Events;
                await BeatAsync(hostsActors, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task ReachStoreAsync(long now, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StoreLimit);
        await dapr.SaveStateAsync(StateStores.State, StoreKey, now, cancellationToken: limit.Token);
    }

    private async Task BeatAsync(bool hostsActors, CancellationToken cancellationToken)
    {
        try
        {
            var actors = new Dictionary<string, int>(StringComparer.Ordinal);
            if (hostsActors)
            {
                DaprMetadata metadata = await dapr.GetMetadataAsync(cancellationToken);
                foreach (DaprActorMetadata actor in metadata.Actors) actors[actor.Type] = actor.Count;
            }

            var beat = new Heartbeat(
                instance.App, instance.Name, instance.StartedAt, time.GetUtcNow().ToUnixTimeMilliseconds(), totals.Snapshot(), actors)
            {
                HandledUntil = handled.Until, PublishedUntil = handled.PublishedUntil,
            };
            await dapr.PublishEventAsync(PubSubNames.Bus, Topics.Heartbeats, beat, cancellationToken);
            await ReachStoreAsync(beat.Time, cancellationToken);
            reach.Reached();
            if (_failing) logger.HeartbeatsResumed();
            _failing = false;
        }
        catch (Exception e) when (e is DaprException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            reach.Failed();
            if (!_failing) logger.HeartbeatFailed(e);
            _failing = true;
        }
    }
}

internal static partial class HeartbeatLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Heartbeats are not getting through to broker and state store; trying again every few seconds")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1002, LogLevel.Information, "Heartbeats are getting through again")]
    public static partial void HeartbeatsResumed(this ILogger logger);
}
