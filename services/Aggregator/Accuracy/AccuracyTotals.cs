using System.Threading.Channels;
using Dapr;
using DaprTrading.Aggregator.Symbols;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>The totals over all symbols at one moment.</summary>
/// <param name="AsOf">When they were counted, Unix milliseconds, UTC.</param>
/// <param name="Table">The totals.</param>
internal sealed record Totals(long AsOf, AccuracyTable Table);

/// <summary>
/// Counts the totals over all symbols when somebody asks and the last count is old: a question costs no call per symbol, and counting takes at most a
/// tenth of the time however many symbols there are. Thread-safe.
/// </summary>
internal sealed class AccuracyTotals(
    SummaryActors actors, SymbolDirectory directory, IOptions<AggregatorOptions> aggregator, IOptions<AccuracyOptions> options, TimeProvider time,
    ILogger<AccuracyTotals> logger) : BackgroundService
{
    private const int RestPerWork = 9;
    private static readonly TimeSpan FirstCount = TimeSpan.FromSeconds(4);

    private readonly Channel<bool> _questions = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Totals? _newest;
    private long _freshUntil;

    /// <summary>The newest totals; null when the first count takes too long.</summary>
    public async Task<Totals?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_newest is null || time.GetTimestamp() >= Volatile.Read(ref _freshUntil))
        {
            _questions.Writer.TryWrite(true);
        }

        if (_newest is null)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(FirstCount);
            try
            {
                await _counted.Task.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        return _newest;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (bool _ in _questions.Reader.ReadAllAsync(stoppingToken))
            {
                if (_newest is null || time.GetTimestamp() >= Volatile.Read(ref _freshUntil))
                {
                    await TryCountAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task TryCountAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        try
        {
            IReadOnlyList<string> symbols = await directory.ReadAsync(cancellationToken);
            var table = new AccuracyTable(AccuracyRow.AllSymbols);
            var bounds = new ParallelOptions { MaxDegreeOfParallelism = aggregator.Value.Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(symbols, bounds, async (symbol, ct) =>
            {
                AccuracyAnswer answer = await actors.Of(symbol).InvokeMethodAsync<AccuracyAnswer>(nameof(ISummaryActor.AccuracyAsync), ct);
                lock (table)
                {
                    table.Add(answer);
                }
            });
            _newest = new Totals(time.GetUtcNow().ToUnixTimeMilliseconds(), table);
            _counted.TrySetResult();
        }
        catch (Exception failure) when (failure is DaprException or HttpRequestException)
        {
            logger.CountFailed(failure);
        }

        TimeSpan rest = time.GetElapsedTime(started) * RestPerWork;
        rest = rest > options.Value.TotalsFor ? rest : options.Value.TotalsFor;
        Volatile.Write(ref _freshUntil, time.GetTimestamp() + (long)(rest.TotalSeconds * time.TimestampFrequency));
    }
}

internal static partial class AccuracyTotalsLog
{
    [LoggerMessage(6401, LogLevel.Warning, "The accuracy over all symbols could not be counted; the last count stays")]
    public static partial void CountFailed(this ILogger logger, Exception exception);
}
