using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapr;
using DaprTrading.Backtesting;
using DaprTrading.Backtesting.Jobs;
using DaprTrading.MarketData;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;

namespace DaprTrading.Dataset.Backtests;

/// <summary>Works on backtests in the background, one after the other. What was not finished when the process died is done again.</summary>
internal sealed class BacktestRunner : BackgroundService
{
    private const int MaxReasons = 10;
    private readonly BacktestStore _store;
    private readonly BacktestLoader _loader;
    private readonly BacktestServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<BacktestRunner> _logger;
    private readonly ResiliencePipeline _storing;
    private readonly ConcurrentDictionary<string, Work> _active = new(StringComparer.Ordinal);
    private readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>();
    private readonly Lock _admission = new();

    public BacktestRunner(BacktestStore store, BacktestLoader loader, IOptions<BacktestServiceOptions> options, TimeProvider time, ILogger<BacktestRunner> logger)
    {
        (_store, _loader, _options, _time, _logger) = (store, loader, options.Value, time, logger);
        _storing = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<DaprException>(), MaxRetryAttempts = 12, Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential, MaxDelay = TimeSpan.FromSeconds(5), UseJitter = true,
            })
            .Build();
    }

    /// <summary>Takes a backtest on. The queue's bound is kept by this: it holds no more than was admitted.</summary>
    /// <returns>False when too many wait already.</returns>
    public bool TryAdd(BacktestJob job)
    {
        lock (_admission)
        {
            if (_active.Count >= _options.MaxQueued + _options.MaxRunning) return false;
            Add(job);
            return true;
        }
    }

    /// <summary>The newest state of a backtest that waits or runs; null for any other.</summary>
    public BacktestJob? Find(string id) => _active.TryGetValue(id, out Work? work) ? work.Job : null;

    /// <summary>Calls a backtest off; its end is stored when this returns.</summary>
    /// <returns>False when it neither waits nor runs here.</returns>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken)
    {
        if (!_active.TryGetValue(id, out Work? work)) return false;
        await work.Stop.CancelAsync();
        // What still waits in the queue is ended here, not when its turn comes.
        if (work.TryClaim()) await EndAsync(work, work.Job with { State = BacktestState.Cancelled }, cancellationToken);
        else await work.Ended.Task.WaitAsync(cancellationToken);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ResumeAsync(stoppingToken);
            await Task.WhenAll(Enumerable.Range(0, _options.MaxRunning).Select(_ => WorkAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What waits or runs is stored as such and is done by the next process.
        }
    }

    private async Task ResumeAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                foreach (BacktestJob job in (await _store.ListAsync(stoppingToken)).Reverse())
                {
                    if (!job.Ended && Find(job.Id) is null) Add(job);
                }

                return;
            }
            catch (DaprException e)
            {
                _logger.StoreUnavailable(e);
                await Task.Delay(TimeSpan.FromSeconds(2), _time, stoppingToken);
            }
        }
    }

    private void Add(BacktestJob job)
    {
        var work = new Work(job);
        if (_active.TryAdd(job.Id, work)) _queue.Writer.TryWrite(work);
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (Work work in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            if (!work.TryClaim()) continue;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, work.Stop.Token);
            await EndAsync(work, await RunAsync(work, stop.Token, stoppingToken), stoppingToken);
        }
    }

    private async Task EndAsync(Work work, BacktestJob ended, CancellationToken cancellationToken)
    {
        try
        {
            work.Job = ended with { EndedAt = Now() };
            await _storing.ExecuteAsync(async token => await _store.SaveAsync(work.Job, token), cancellationToken);
            _logger.Ended(work.Job.Id, work.Job.State, work.Job.Done, work.Job.Total);
        }
        catch (DaprException e)
        {
            _logger.NotStored(e, work.Job.Id);
        }
        finally
        {
            _active.TryRemove(work.Job.Id, out _);
            work.Ended.TrySetResult();
        }
    }

    private async Task<BacktestJob> RunAsync(Work work, CancellationToken cancellationToken, CancellationToken stoppingToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            work.Job = work.Job with { State = BacktestState.Running, StartedAt = Now(), Attempts = work.Job.Attempts + 1, Done = 0 };
            if (work.Job.Attempts > _options.MaxAttempts)
                return Failed(work, $"The service ended in the middle of it {_options.MaxAttempts} times; it is not tried again.");
            await _storing.ExecuteAsync(async token => await _store.SaveAsync(work.Job, token), cancellationToken);
            LoadedSeries loaded = await _loader.LoadAsync(work.Job.Request, cancellationToken);
            IReadOnlyList<string> outside = MarketSeries.LeaveOutside(loaded.BySymbol, work.Job.Request.Options(work.Job.CreatedAt));
            work.Job = work.Job with
            {
                Total = loaded.BySymbol.Count * work.Job.Request.StrategyNames().Count, BadRows = loaded.Content.BadRowCount,
                BadRowReasons = [.. loaded.Content.BadRows.Take(MaxReasons).Select(row => row.ToString())],
                Warnings = [.. loaded.Content.Warnings, .. outside.Take(MaxReasons)],
            };
            if (work.Job.Total == 0) return Failed(work, "No symbol has a bar in the range.");
            if (work.Job.Total > _options.MaxRuns)
                return Failed(work, $"It would be {work.Job.Total} runs (symbols times strategies); at most {_options.MaxRuns} are done at once. Choose fewer symbols or strategies.");
            IReadOnlyList<BacktestRun> results = await Task.Run(() => RunAll(work, loaded, cancellationToken), cancellationToken);
            return work.Job with { State = BacktestState.Completed, Results = results };
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return work.Job with { State = BacktestState.Cancelled };
        }
        catch (Exception e) when (e is DatasetFormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return Failed(work, e.Message);
        }
    }

    private static List<BacktestRun> RunAll(Work work, LoadedSeries loaded, CancellationToken cancellationToken)
    {
        var results = new List<BacktestRun>(work.Job.Total);
        foreach ((string symbol, IReadOnlyList<PriceBar> bars) in loaded.BySymbol)
        {
            foreach (BacktestResult result in BacktestLoader.Run(symbol, bars, work.Job))
            {
                cancellationToken.ThrowIfCancellationRequested();
                results.Add(new BacktestRun(result.WithoutSeries()));
                work.Job = work.Job with { Done = results.Count };
            }
        }

        return results;
    }

    private static BacktestJob Failed(Work work, string error) => work.Job with { State = BacktestState.Failed, Error = error };

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Work(BacktestJob job)
    {
        private volatile BacktestJob _job = job;
        private int _claimed;

        /// <summary>Changed by its worker only, read by anybody.</summary>
        public BacktestJob Job
        {
            get => _job;
            set => _job = value;
        }

        /// <summary>Whoever gets true ends it.</summary>
        public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

        public CancellationTokenSource Stop { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

internal static partial class BacktestRunnerLog
{
    [LoggerMessage(9101, LogLevel.Information, "Backtest {Id} is {State}: {Done} of {Total} runs")]
    public static partial void Ended(this ILogger logger, string id, BacktestState state, int done, int total);

    [LoggerMessage(9102, LogLevel.Error, "The end of backtest {Id} could not be stored; it is done again when the service starts")]
    public static partial void NotStored(this ILogger logger, Exception exception, string id);

    [LoggerMessage(9103, LogLevel.Warning, "The backtests cannot be read from the state store now")]
    public static partial void StoreUnavailable(this ILogger logger, Exception exception);
}
