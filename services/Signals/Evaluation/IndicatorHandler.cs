using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.CoolDowns;
using DaprTrading.Signals.History;
using DaprTrading.Signals.Settings;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DaprTrading.Signals.Evaluation;

/// <summary>Turns one bulk delivery of points into signals: evaluates, publishes, logs, and only then lets it be acknowledged.</summary>
/// <remarks>
/// Nothing that it keeps between deliveries decides anything. A delivery that comes again, or two replicas that get the same points, make the same signals
/// under the same ids, and whoever acts on them recognises the repeat. Each event is decided by itself: one that cannot be decided takes no other with it.
/// Those that only lack earlier points are waited for after the others have been published.
/// </remarks>
internal sealed class IndicatorHandler(
    CurrentStrategies strategies, CoolDownStage coolDowns, ContextAdjuster context, ISignalPublisher publisher, ISignalLog log, SignalsMetrics metrics,
    IOptions<CoolDownOptions> options, TimeProvider time, ILogger<IndicatorHandler> logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    private readonly ResiliencePipeline<List<Decided>> _patience = new ResiliencePipelineBuilder<List<Decided>> { TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Value.Patience + AskAgain })
        .AddRetry(new RetryStrategyOptions<List<Decided>>
        {
            ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Result is { Count: > 0 }),
            MaxRetryAttempts = Math.Max(1, (int)(options.Value.Patience / AskAgain)),
            Delay = AskAgain,
        })
        .Build();

    public async Task HandleAsync(BulkEvents<IndicatorBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        List<Decided> sound = await DecideAsync(events, cancellationToken);
        if (sound.Count == 0)
            return;

        coolDowns.Expect(sound.MaxBy(static each => each.Newest)!.LongestLookBack);
        List<Decided> waiting = await EvaluateAsync(sound, cancellationToken);
        if (waiting.Count > 0)
            waiting = await WaitAsync(waiting, cancellationToken);
        foreach (Decided late in waiting)
            events.Postpone(late.Position);
    }

    /// <summary>The events whose strategies are known. The settings decide what is a signal: without those of its newest bar, nothing of an event may be evaluated.</summary>
    private async Task<List<Decided>> DecideAsync(BulkEvents<IndicatorBatch> events, CancellationToken cancellationToken)
    {
        var sound = new List<Decided>(events.Count);
        foreach (int i in events.DropUnsound(EventCheck.Find, logger.EventDropped))
        {
            IndicatorBatch batch = events[i];
            long newest = batch.Points.Max(static point => point.IngestedAt);
            if (await strategies.DecideAsync(newest, cancellationToken) is { } timeline)
                sound.Add(new Decided(i, batch, timeline, newest));
            else
                events.Retry(i);
        }

        return sound;
    }

    /// <summary>Evaluates, publishes and logs.</summary>
    /// <returns>The events that lack earlier points.</returns>
    private async Task<List<Decided>> EvaluateAsync(List<Decided> work, CancellationToken cancellationToken)
    {
        var waiting = new List<Decided>();
        var signals = new List<TradingSignal>();
        int points = 0;
        foreach (Decided each in work)
        {
            int first = signals.Count;
            each.Timeline.Evaluate(each.Batch, signals);
            if (!await coolDowns.FilterAsync(each.Batch, each.Timeline, signals, first, cancellationToken))
            {
                waiting.Add(each);
                continue;
            }

            points += each.Batch.Points.Count;
            for (int i = first; i < signals.Count; i++)
                signals[i] = context.Adjust(signals[i], each.Timeline.At(signals[i].IngestedAt).Settings.Context.Weight);
        }

        if (signals.Count > 0)
        {
            await publisher.PublishAsync(signals, cancellationToken);
            await log.AppendAsync(signals, cancellationToken);
        }

        metrics.Evaluated(points, signals);
        return waiting;
    }

    private async Task<List<Decided>> WaitAsync(List<Decided> waiting, CancellationToken cancellationToken)
    {
        if (options.Value.Patience == TimeSpan.Zero)
            return waiting;
        try
        {
            return await _patience.ExecuteAsync(async ct => waiting = await EvaluateAsync(waiting, ct), cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            return waiting;
        }
    }

    /// <summary>An event and the strategies that decide it.</summary>
    private sealed record Decided(int Position, IndicatorBatch Batch, StrategyTimeline Timeline, long Newest)
    {
        public int LongestLookBack => Timeline.At(Newest).LongestLookBack;
    }
}

internal static partial class IndicatorHandlerLog
{
    [LoggerMessage(3031, LogLevel.Warning, "An event {Problem}; it went to the dead-letter topic")]
    public static partial void EventDropped(this ILogger logger, string problem);
}
