using System.Threading.Channels;
using DaprTrading.Generator.Sending;
using DaprTrading.Generator.Simulation;

namespace DaprTrading.Generator;

/// <summary>One run: first the fast-forward, then bars at the wanted rate until something ends it.</summary>
internal sealed class GeneratorRun(GeneratorOptions options, Market market, GatewayClient gateway, Progress progress, TimeProvider time)
{
    private const int FastForwardBatch = 500;
    private const long FastForwardStepMs = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private readonly RecordWriter _writer = new(options, market);
    private readonly Channel<RequestBody> _bodies = Channel.CreateBounded<RequestBody>(Math.Max(8, options.Connections * 2));
    private long _produced;

    /// <summary>Runs to the end. Throws <see cref="GatewayRefusedException"/> when the gateway does not go along.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Two ends: no more bars are made when the duration is over, but what was made is still sent; Ctrl-C and a refusal end both.
        using var refused = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(refused.Token);
        Task[] senders = [.. Enumerable.Range(0, options.Connections).Select(_ => SendAsync(refused))];
        try
        {
            await FastForwardAsync(ending.Token);
            if (options.Duration > TimeSpan.Zero) ending.CancelAfter(options.Duration);
            await ProduceAsync(ending.Token);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C, the duration, or a sender that failed: awaiting the senders tells which.
        }
        finally
        {
            _bodies.Writer.TryComplete();
            await Task.WhenAll(senders);
            _writer.Dispose();
        }
    }

    private async Task FastForwardAsync(CancellationToken cancellationToken)
    {
        int symbols = market.Symbols.Count;
        long total = (long)options.FastForward * symbols, now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (long sent = 0; sent < total;)
        {
            long first = sent;
            int bars = (int)Math.Min(FastForwardBatch, total - sent);
            await QueueAsync(_writer.Write(bars, i => now - (FastForwardStepMs * (options.FastForward - ((first + i) / symbols)))), cancellationToken);
            sent += bars;
        }
    }

    private async Task ProduceAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(Tick, time);
        long started = time.GetTimestamp(), startedBars = _produced;
        double secondsPerBatch = options.Rate > 0 ? Math.Max(0.2, options.EffectiveBatch / options.Rate) : 0;
        long lastBatch = started;
        while (true)
        {
            long due = options.Rate > 0
                ? startedBars + (long)(time.GetElapsedTime(started).TotalSeconds * options.Rate) - _produced
                : options.EffectiveBatch;
            bool late = due > 0 && time.GetElapsedTime(lastBatch).TotalSeconds >= secondsPerBatch;
            while (due >= options.EffectiveBatch || late)
            {
                int bars = (int)Math.Min(due, options.EffectiveBatch);
                if (options.Count > 0) bars = (int)Math.Min(bars, options.Count - _produced);
                if (bars <= 0) return;
                await QueueNowAsync(bars, cancellationToken);
                lastBatch = time.GetTimestamp();
                due -= bars;
                late = false;
                if (options.Rate <= 0) due = options.EffectiveBatch;
            }

            await ticks.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task QueueNowAsync(int bars, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await QueueAsync(_writer.Write(bars, _ => now), cancellationToken);
        if (bars == 1 && _writer.WriteSingleExtra(now) is { } extra) await QueueAsync(extra, cancellationToken);
    }

    private async Task QueueAsync(RequestBody body, CancellationToken cancellationToken)
    {
        _produced += body.Bars;
        await _bodies.Writer.WriteAsync(body, cancellationToken);
    }

    private async Task SendAsync(CancellationTokenSource refused)
    {
        try
        {
            await foreach (RequestBody body in _bodies.Reader.ReadAllAsync(CancellationToken.None))
            {
                await gateway.SendAsync(body, progress, refused.Token);
            }
        }
        catch (OperationCanceledException) when (refused.IsCancellationRequested)
        {
            // What is queued was never sent: nothing is lost that anybody acknowledged.
        }
        catch (GatewayRefusedException)
        {
            await refused.CancelAsync();
            throw;
        }
    }
}
