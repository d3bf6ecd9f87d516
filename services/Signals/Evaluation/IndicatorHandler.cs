using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.CoolDowns;
using DaprTrading.Signals.History;
using DaprTrading.Signals.Settings;

namespace DaprTrading.Signals.Evaluation;

/// <summary>Turns one bulk delivery of points into signals: evaluates, publishes, logs, and only then lets it be acknowledged.</summary>
/// <remarks>
/// Nothing that it keeps between deliveries decides anything. A delivery that comes again, or two replicas that get the same points, make the same signals
/// under the same ids, and whoever acts on them recognises the repeat.
/// </remarks>
internal sealed class IndicatorHandler(
    CurrentStrategies strategies, CoolDownStage coolDowns, ContextAdjuster context, ISignalPublisher publisher, ISignalLog log, SignalsMetrics metrics)
{
    public async Task HandleAsync(BulkEvents<IndicatorBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        // The settings decide what is a signal: without those of the newest bar, nothing may be evaluated.
        long newest = NewestAcceptance(events);
        if (await strategies.DecideAsync(newest, cancellationToken) is not { } timeline)
        {
            events.RetryAll();
            return;
        }

        coolDowns.Expect(timeline.At(newest).LongestLookBack);
        var signals = new List<TradingSignal>();
        int points = 0;
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default)
                continue;
            if (events[i] is not { Symbol.Length: > 0, Points.Count: > 0 } batch)
            {
                events.Drop(i);
                continue;
            }

            int first = signals.Count;
            timeline.Evaluate(batch, signals);
            if (!await coolDowns.FilterAsync(batch, timeline, signals, first, cancellationToken))
                events.Retry(i);
            points += batch.Points.Count;
        }

        if (signals.Count > 0)
        {
            for (int i = 0; i < signals.Count; i++)
                signals[i] = context.Adjust(signals[i], timeline.At(signals[i].IngestedAt).Settings.Context.Weight);
            await publisher.PublishAsync(signals, cancellationToken);
            await log.AppendAsync(signals, cancellationToken);
        }

        metrics.Evaluated(points, signals);
    }

    private static long NewestAcceptance(BulkEvents<IndicatorBatch> events)
    {
        long newest = 0;
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default || events[i].Points is not { } points)
                continue;
            foreach (IndicatorPoint point in points)
                newest = Math.Max(newest, point.IngestedAt);
        }

        return newest;
    }
}
