using System.Collections.Concurrent;
using Dapr;
using DaprTrading.MarketData;
using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Replays;

/// <summary>Runs the replays. A replay that was running when the process died goes on at the last acknowledged bar.</summary>
internal sealed class ReplayRunner(
    ReplayStore store, ReplayLoader loader, GatewaySender gateway, IOptions<DatasetOptions> options, TimeProvider time, ILogger<ReplayRunner> logger)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private CancellationToken _stopping;

    public int Count => _running.Count;

    public void Start(Replay replay)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        var running = new Running(stop);
        if (_running.TryAdd(replay.Id, running)) running.Task = RunAsync(replay, stop.Token);
    }

    /// <summary>Interrupts a replay; its position is stored when this returns.</summary>
    public async Task InterruptAsync(string id)
    {
        if (!_running.TryGetValue(id, out Running? running)) return;
        await running.Stop.CancelAsync();
        await running.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        await ResumeAsync(stoppingToken);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(_running.Values.Select(running => running.Task));
        }
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                foreach (Replay replay in await store.ListAsync(cancellationToken))
                {
                    if (replay.State == ReplayState.Running) Start(replay);
                }

                return;
            }
            catch (DaprException e)
            {
                logger.StoreUnavailable(e);
                await Task.Delay(Retry, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunAsync(Replay replay, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            replay = await SendAllAsync(replay, cancellationToken);
            await store.SaveAsync(replay with { State = ReplayState.Completed }, _stopping);
            logger.Completed(replay.Id, replay.Position);
        }
        catch (OperationCanceledException)
        {
            // Paused, stopped, or the process ends: the position was stored with the last acknowledged request.
        }
        catch (Exception e) when (e is DatasetFormatException or HttpRequestException or DaprException or IOException)
        {
            logger.Failed(e, replay.Id);
            await FailAsync(replay.Id, e.Message);
        }
        finally
        {
            if (_running.TryRemove(replay.Id, out Running? running)) running.Stop.Dispose();
        }
    }

    private async Task<Replay> SendAllAsync(Replay replay, CancellationToken cancellationToken)
    {
        (replay, IReadOnlyList<FileBar> bars) = await loader.LoadAsync(replay, cancellationToken);
        Dictionary<string, long> before = ReplayFactory.Before(bars, Math.Min(replay.Base, bars.Count));
        await store.SaveAsync(replay, cancellationToken);
        var pace = new ReplayPace(replay, bars, Math.Min(replay.Position, bars.Count - 1));
        long started = time.GetTimestamp();
        using var ticks = new PeriodicTimer(Tick, time);
        while (replay.Position < bars.Count)
        {
            int due = pace.Due(replay.Position, time.GetElapsedTime(started), options.Value.BatchSize);
            if (due == 0)
            {
                await ticks.WaitForNextTickAsync(cancellationToken);
                continue;
            }

            FileBar[] batch = Batch(bars, (int)replay.Position, due, before);
            int refused = await gateway.SendAsync(batch, replay.Source, cancellationToken);
            replay = replay with { Position = replay.Position + due, Refused = replay.Refused + refused, BarTime = batch[^1].End };
            await store.SaveAsync(replay, cancellationToken);
        }

        return replay;
    }

    // The same bar has the same number whenever the replay goes on after an interruption; only a seek begins anew.
    private static FileBar[] Batch(IReadOnlyList<FileBar> bars, int position, int count, Dictionary<string, long> before)
    {
        var batch = new FileBar[count];
        for (int i = 0; i < count; i++)
        {
            FileBar bar = bars[position + i];
            batch[i] = before.TryGetValue(bar.Symbol, out long passed) ? bar with { Sequence = bar.Sequence - passed } : bar;
        }

        return batch;
    }

    private async Task FailAsync(string id, string error)
    {
        try
        {
            if (await store.FindAsync(id, _stopping) is { } replay) await store.SaveAsync(replay with { State = ReplayState.Failed, Error = error }, _stopping);
        }
        catch (Exception e) when (e is DaprException or OperationCanceledException)
        {
            logger.StoreUnavailable(e);
        }
    }

    private sealed class Running(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop { get; } = stop;

        public Task Task { get; set; } = Task.CompletedTask;
    }
}

internal static partial class ReplayRunnerLog
{
    [LoggerMessage(9001, LogLevel.Information, "Replay {Id} is complete: {Bars} bars")]
    public static partial void Completed(this ILogger logger, string id, long bars);

    [LoggerMessage(9002, LogLevel.Error, "Replay {Id} failed")]
    public static partial void Failed(this ILogger logger, Exception exception, string id);

    [LoggerMessage(9003, LogLevel.Warning, "The state of the replays cannot be read or written now")]
    public static partial void StoreUnavailable(this ILogger logger, Exception exception);
}
