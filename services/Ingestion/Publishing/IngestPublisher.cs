using System.Threading.Channels;
using Dapr;
using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.Ingestion.BackPressure;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DaprTrading.Ingestion.Publishing;

/// <summary>
/// The one loop that publishes: requests that arrive while a publish is under way go out together in the next one (group commit), so the load
/// decides the size of the events.
/// </summary>
internal sealed class IngestPublisher : BackgroundService
{
    private const double RecordsOfABatch = 10;
    private readonly DaprClient _dapr;
    private readonly BackPressureGate _gate;
    private readonly UnreadBook _book;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<PendingRequest> _queue;
    private readonly SequenceStamper _stamper;
    private readonly FlushBatch _batch;
    private readonly List<PendingRequest> _flushing = [];
    private readonly ResiliencePipeline _retrying;
    private readonly ResiliencePipeline _once;
    private readonly ArrivalRate _rate;
    private int _pendingRecords;
    private volatile bool _failing;

    public IngestPublisher(
        DaprClient dapr, BackPressureGate gate, UnreadBook book, ServiceInstance instance, IOptions<IngestOptions> options, TimeProvider time,
        ILogger<IngestPublisher> logger)
    {
        _gate = gate;
        _book = book;
        _dapr = dapr;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _queue = Channel.CreateBounded<PendingRequest>(new BoundedChannelOptions(_options.MaxPendingRecords) { SingleReader = true });
        _stamper = new SequenceStamper(instance.Name);
        _batch = new FlushBatch(_stamper);
        _rate = new ArrivalRate(time);
        _once = new ResiliencePipelineBuilder().AddTimeout(TimeSpan.FromSeconds(5)).Build();
        _retrying = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = new PredicateBuilder().Handle<DaprException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(TimeSpan.FromSeconds(5))
            .Build();
    }

    /// <summary>Records that wait for the broker.</summary>
    public int PendingRecords => Volatile.Read(ref _pendingRecords);

    /// <summary>Queues a request's records. False when too much waits already.</summary>
    public bool TryEnqueue(PendingRequest pending)
    {
        if (Interlocked.Add(ref _pendingRecords, pending.Records) <= _options.MaxPendingRecords && _queue.Writer.TryWrite(pending)) return true;
        Interlocked.Add(ref _pendingRecords, -pending.Records);
        return false;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The web server has stopped by now, so nobody enqueues any more: what was taken is published before the loop ends.
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } loop) await loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            TimeSpan linger = Linger();
            if (linger > TimeSpan.Zero && !_queue.Reader.Completion.IsCompleted) await Task.Delay(linger, _time, stoppingToken);

            Gather();
            await FlushAsync(stoppingToken);
        }
    }

    private TimeSpan Linger() =>
        _rate.PerSecond <= _options.LingerAboveRate ? TimeSpan.Zero
        : _rate.PerRequest >= RecordsOfABatch ? _options.Linger
        : _options.Linger / 4;

    private void Gather()
    {
        int records = 0;
        while (records < _options.MaxRecords && _queue.Reader.TryRead(out PendingRequest? pending))
        {
            _flushing.Add(pending);
            records += pending.Records;
        }

        _rate.Arrived(records, _flushing.Count);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_stamper.Count > _options.MaxCounters) _stamper.BeginEpoch();
        foreach (PendingRequest pending in _flushing) _batch.Add(pending);
        try
        {
            // While the broker is down one attempt is enough: each flush is the next one's probe, and producers hear of it soon.
            await (_failing ? _once : _retrying).ExecuteAsync(static (self, ct) => self.PublishAsync(ct), this, cancellationToken);
            if (_failing) _logger.BrokerTakesRecords();
            _failing = false;
            foreach (PendingRequest pending in _flushing) pending.Complete();
        }
        catch (Exception e) when (e is DaprException or TimeoutRejectedException or TooMuchUnreadException or InvalidDataException or OperationCanceledException)
        {
            if (!_failing) _logger.BrokerRefusesRecords(e);
            _failing = true;
            _stamper.BeginEpoch();
            foreach (PendingRequest pending in _flushing) pending.Fail(e);
        }
        finally
        {
            foreach (PendingRequest pending in _flushing) Interlocked.Add(ref _pendingRecords, -pending.Records);
            _flushing.Clear();
            _batch.Clear();
        }
    }

    private async ValueTask PublishAsync(CancellationToken cancellationToken)
    {
        foreach (List<BarBatch> publish in _batch.BarPublishes())
        {
            await _book.ReserveAsync(publish.Count, cancellationToken);
            // Counted before it is known whether the broker has them: an attempt that fails may have reached it all the same.
            _gate.Published(_batch.NewestIngestedAt, publish.Count);
            await BulkAsync(Topics.Bars, publish, cancellationToken);
        }

        foreach (MarketEventBatch events in _batch.MarketEvents())
        {
            await _dapr.PublishEventAsync(PubSubNames.Bus, Topics.MarketEvents, events, cancellationToken);
        }

        foreach (RejectedBatch rejected in _batch.Rejected(_time.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            await _dapr.PublishEventAsync(PubSubNames.Bus, Topics.Rejected, rejected, cancellationToken);
        }
    }

    private async Task BulkAsync<TEvent>(string topic, List<TEvent> events, CancellationToken cancellationToken)
    {
        var response = await _dapr.BulkPublishEventAsync(PubSubNames.Bus, topic, events, cancellationToken: cancellationToken);
        if (response.FailedEntries.Count > 0)
        {
            throw new DaprException($"The broker refused {response.FailedEntries.Count} of {events.Count} events on '{topic}': {response.FailedEntries[0].ErrorMessage}");
        }
    }
}

internal static partial class IngestPublisherLog
{
    [LoggerMessage(2001, LogLevel.Warning, "The broker does not take records; producers are answered 503 until it does")]
    public static partial void BrokerRefusesRecords(this ILogger logger, Exception exception);

    [LoggerMessage(2002, LogLevel.Information, "The broker takes records again")]
    public static partial void BrokerTakesRecords(this ILogger logger);
}
