using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace DaprTrading.Notification.Channels;

/// <summary>Sends through one channel, one after the other, with retries. A slow or dead channel never holds up notifications.</summary>
internal sealed class ChannelWorker : BackgroundService
{
    private readonly IChannel _channel;
    private readonly TimeProvider _time;
    private readonly ILogger<ChannelWorker> _logger;
    private readonly Channel<Notice> _queue;
    private readonly ResiliencePipeline _pipeline;
    private long _sent;
    private long _failed;
    private volatile Failure? _last;

    public ChannelWorker(IChannel channel, IOptions<ChannelOptions> options, TimeProvider time, ILogger<ChannelWorker> logger)
    {
        (_channel, _time, _logger) = (channel, time, logger);
        _queue = Channel.CreateBounded<Notice>(new BoundedChannelOptions(options.Value.QueueLength) { SingleReader = true });
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Value.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(30),
                UseJitter = true,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Value.Timeout })
            .Build();
    }

    /// <summary>How the channel is doing.</summary>
    public ChannelStatus Status => new(
        _channel.Name, Interlocked.Read(ref _sent), Interlocked.Read(ref _failed), _queue.Reader.Count, _last?.Message, _last?.At);

    /// <summary>Has a notification sent; when the queue is full that is a failure on record.</summary>
    public void Offer(Notice notice)
    {
        if (!_queue.Writer.TryWrite(notice))
        {
            Record(1, "The queue is full: the channel is slower than the notifications.", null);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var batch = new List<Notice>();
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < _channel.BatchSize && _queue.Reader.TryRead(out Notice? notice))
                {
                    batch.Add(notice);
                }

                await SendAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _logger.ChannelStopped(_channel.Name, _queue.Reader.Count);
        }
    }

    private async Task SendAsync(List<Notice> batch, CancellationToken cancellationToken)
    {
        try
        {
            await _pipeline.ExecuteAsync(
                static async (work, ct) => await work.Channel.SendAsync(work.Batch, ct), (Channel: _channel, Batch: batch), cancellationToken);
            Interlocked.Add(ref _sent, batch.Count);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Record(batch.Count, failure.Message, failure);
        }
    }

    private void Record(int count, string message, Exception? exception)
    {
        Interlocked.Add(ref _failed, count);
        _last = new Failure(message, _time.GetUtcNow().ToUnixTimeMilliseconds());
        _logger.ChannelFailed(_channel.Name, count, message, exception);
    }

    private sealed record Failure(string Message, long At);
}

internal static partial class ChannelWorkerLog
{
    [LoggerMessage(5101, LogLevel.Warning, "Channel {Channel}: {Count} notifications did not arrive: {Reason}")]
    public static partial void ChannelFailed(this ILogger logger, string channel, int count, string reason, Exception? exception);

    [LoggerMessage(5102, LogLevel.Information, "Channel {Channel} stopped; {Count} notifications were still waiting")]
    public static partial void ChannelStopped(this ILogger logger, string channel, int count);
}
