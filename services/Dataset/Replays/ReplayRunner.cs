using System.Collections.Concurrent;
using Dapr;
using DaprTrading.MarketData;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace DaprTrading.Dataset.Replays;

/// <summary>
/// Runs the replays. A replay that was running when the process died goes on at the last acknowledged bar; one that cannot store its progress or
/// reach a service waits for it.
/// </summary>
internal sealed class ReplayRunner : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(30);
    private const int MostDoublings = 10;
    private readonly ReplayStore _store;
    private readonly ReplayLoader _loader;
    private readonly SeriesDirectory _directory;
    private readonly GatewaySender _gateway;
    private readonly DatasetOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ReplayRunner> _logger;
    private readonly ResiliencePipeline _insisting;
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private CancellationToken _stopping;

    public ReplayRunner(
        ReplayStore store, ReplayLoader loader, SeriesDirectory directory, GatewaySender gateway, IOptions<DatasetOptions> options, TimeProvider time,
        ILogger<ReplayRunner> logger)
    {
        (_store, _loader, _directory, _gateway, _options, _time, _logger) = (store, loader, directory, gateway, options.Value, time, logger);
        _insisting = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<DaprException>().Handle<HttpRequestException>(), MaxRetryAttempts = int.MaxValue,
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(PauseAfter(arguments.AttemptNumber)),
            })
            .Build();
    }

    public int Count => _running.Count;

    /// <summary>How long to wait after a failed attempt, from 0: twice as long each time, and never more than half a minute.</summary>
    internal static TimeSpan PauseAfter(int attempt)
    {
        TimeSpan pause = FirstPause * Math.Pow(2, Math.Min(attempt, MostDoublings));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>A replay that runs here, as it is at the moment; null for any other.</summary>
    public Replay? Find(string id) => _running.TryGetValue(id, out Running? running) ? running.Replay : null;

    public void Start(Replay replay)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        var running = new Running(replay, stop);
        if (_running.TryAdd(replay.Id, running)) running.Task = RunAsync(running, stop.Token);
    }

    /// <summary>Interrupts a replay; its last acknowledged position that could be stored is stored when this returns.</summary>
    public async Task InterruptAsync(string id)
    {
        if (!_running.TryGetValue(id, out Running? running)) return;
        await running.Stop.CancelAsync();
        await running.Task;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        try
        {
            await ResumeAsync(stoppingToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(_running.Values.Select(running => running.Task));
        }
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Replay> replays = await InsistAsync(_ => { }, _store.ListAsync, cancellationToken);
        foreach (Replay replay in replays.Where(replay => replay.State == ReplayState.Running)) Start(replay);
    }

    private async Task RunAsync(Running running, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            string? error = await TrySendAllAsync(running, cancellationToken);
            if (error is not null && running.Replay is var failed && failed.Position == failed.Base)
                await InsistAsync(running.Waits, token => _directory.ReleaseAsync(failed.Source, token), cancellationToken);
            await SaveAsync(running, running.Replay with { State = error is null ? ReplayState.Completed : ReplayState.Failed, Error = error }, cancellationToken);
            if (error is null) _logger.Completed(running.Replay.Id, running.Replay.Position);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Paused, stopped, or the process ends: the position was stored with the last acknowledged request.
        }
        finally
        {
            if (_running.TryRemove(running.Replay.Id, out _)) running.Stop.Dispose();
        }
    }

    // Answers why it failed; null when everything was sent. Whatever goes wrong is told: a replay without a worker must not look like one that runs.
    private async Task<string?> TrySendAllAsync(Running running, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAllAsync(running, cancellationToken);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            _logger.Failed(e, running.Replay.Id);
            return e.Message;
        }
    }

    private async Task<string?> SendAllAsync(Running running, CancellationToken cancellationToken)
    {
        (Replay replay, IReadOnlyList<FileBar> bars) = await _loader.LoadAsync(running.Replay, cancellationToken);
        Dictionary<string, long> before = ReplayFactory.Before(bars, Math.Min(replay.Base, bars.Count));
        IReadOnlyList<ReplaySeries> series = await SeriesOfAsync(running, replay, bars, cancellationToken);
        Dictionary<string, string> names = series.ToDictionary(one => one.Symbol, one => one.Name, StringComparer.Ordinal);
        if (bars.FirstOrDefault(bar => !names.ContainsKey(bar.Symbol)) is { } added) throw new DatasetFormatException($"The files have changed since the replay began: they have {added.Symbol} now.");
        replay = replay with { Series = series, Note = SeriesNames.Tell(series, replay.Seeks > 0) };
        await SaveAsync(running, replay, cancellationToken);
        var pace = new ReplayPace(replay, bars, Math.Min(replay.Position, bars.Count - 1));
        long started = _time.GetTimestamp();
        using var ticks = new PeriodicTimer(Tick, _time);
        while (replay.Position < bars.Count)
        {
            int due = pace.Due(replay.Position, _time.GetElapsedTime(started), _options.BatchSize);
            if (due == 0)
            {
                await ticks.WaitForNextTickAsync(cancellationToken);
                continue;
            }

            FileBar[] batch = Batch(bars, (int)replay.Position, due, before, names);
            Delivery delivery = await _gateway.SendAsync(batch, replay.Source, running.Waits, cancellationToken);
            replay = replay with { Position = replay.Position + due, Refused = replay.Refused + delivery.Refused, BarTime = batch[^1].End };
            if (delivery.Refused > 0) return Refuse(running, replay, delivery);
            await SaveAsync(running, replay, cancellationToken);
        }

        return null;
    }

    private async Task<IReadOnlyList<ReplaySeries>> SeriesOfAsync(Running running, Replay replay, IReadOnlyList<FileBar> bars, CancellationToken cancellationToken)
    {
        string[] symbols = [.. bars.Select(bar => bar.Symbol).Distinct(StringComparer.Ordinal)];
        return await InsistAsync(running.Waits, token => _directory.OfAsync(replay, symbols, token), cancellationToken);
    }

    // A bar that is missing would be waited for, and whatever came after it would differ from a backtest.
    private static string Refuse(Running running, Replay replay, Delivery delivery)
    {
        running.Replay = replay with { RefusedReasons = delivery.Reasons };
        return $"The gateway refused {delivery.Refused} bars, so no more are sent: {delivery.Reasons.FirstOrDefault() ?? "it does not say why"}.";
    }

    private async Task SaveAsync(Running running, Replay replay, CancellationToken cancellationToken)
    {
        await InsistAsync(
            running.Waits,
            async token =>
            {
                await _store.SaveAsync(replay, token);
                return true;
            },
            cancellationToken);
        running.Replay = replay;
    }

    // However long the store or a service is away, with growing pauses.
    private async Task<T> InsistAsync<T>(Action<string?> waits, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        T result = await _insisting.ExecuteAsync(
            async token =>
            {
                try
                {
                    return await call(token);
                }
                catch (Exception e) when (e is DaprException or HttpRequestException)
                {
                    _logger.Unavailable(e);
                    waits(e.Message);
                    throw;
                }
            },
            cancellationToken);
        waits(null);
        return result;
    }

    // The same bar has the same number and name whenever the replay goes on after an interruption; only a seek begins anew.
    private static FileBar[] Batch(IReadOnlyList<FileBar> bars, int position, int count, Dictionary<string, long> before, Dictionary<string, string> names)
    {
        var batch = new FileBar[count];
        for (int i = 0; i < count; i++)
        {
            FileBar bar = bars[position + i];
            batch[i] = bar with { Symbol = names[bar.Symbol], Sequence = bar.Sequence - before.GetValueOrDefault(bar.Symbol) };
        }

        return batch;
    }

    private sealed class Running(Replay replay, CancellationTokenSource stop)
    {
        private volatile Replay _replay = replay;

        /// <summary>Changed by its worker only, read by anybody.</summary>
        public Replay Replay
        {
            get => _replay;
            set => _replay = value;
        }

        public CancellationTokenSource Stop { get; } = stop;

        public Task Task { get; set; } = Task.CompletedTask;

        /// <summary>Shows what is waited for.</summary>
        public void Waits(string? reason)
        {
            if (_replay.Waiting != reason) _replay = _replay with { Waiting = reason };
        }
    }
}

internal static partial class ReplayRunnerLog
{
    [LoggerMessage(9001, LogLevel.Information, "Replay {Id} is complete: {Bars} bars")]
    public static partial void Completed(this ILogger logger, string id, long bars);

    [LoggerMessage(9002, LogLevel.Error, "Replay {Id} failed")]
    public static partial void Failed(this ILogger logger, Exception exception, string id);

    [LoggerMessage(9003, LogLevel.Warning, "The state store or the aggregator does not answer replays now; they wait")]
    public static partial void Unavailable(this ILogger logger, Exception exception);
}
