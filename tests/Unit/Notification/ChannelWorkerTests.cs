using System.Collections.Concurrent;
using DaprTrading.Contracts;
using DaprTrading.Notification;
using DaprTrading.Notification.Channels;
using DaprTrading.Notification.Signals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Notification;

public sealed class ChannelWorkerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Send_FailsAtFirst_IsRepeated()
    {
        var channel = new FakeChannel(failures: 1);
        using ChannelWorker worker = Worker(channel, queue: 10);
        await worker.StartAsync(default);

        worker.Offer(Notice(1));
        await channel.Arrived.Task.WaitAsync(Limit);
        await worker.StopAsync(default);

        worker.Status.Should().BeEquivalentTo(new { Name = "fake", Sent = 1, Failed = 0, Queued = 0, LastError = (string?)null });
    }

    [Fact]
    public async Task Send_FailsEveryTime_IsOnRecord()
    {
        var channel = new FakeChannel(failures: 2);
        using ChannelWorker worker = Worker(channel, queue: 10);
        await worker.StartAsync(default);

        worker.Offer(Notice(1));
        worker.Offer(Notice(2));
        await channel.Arrived.Task.WaitAsync(Limit);
        await worker.StopAsync(default);

        worker.Status.Should().BeEquivalentTo(new { Sent = 1, Failed = 1, LastError = "no" });
        channel.Sent.Should().Equal("signal:T:2:s");
    }

    [Fact]
    public void Offer_QueueFull_IsOnRecord()
    {
        using ChannelWorker worker = Worker(new FakeChannel(failures: 0), queue: 2);

        worker.Offer(Notice(1));
        worker.Offer(Notice(2));
        worker.Offer(Notice(3));

        worker.Status.Should().BeEquivalentTo(new { Queued = 2, Failed = 1 });
        worker.Status.LastError.Should().Contain("full");
    }

    private static ChannelWorker Worker(IChannel channel, int queue) => new(
        channel, Options.Create(new ChannelOptions { QueueLength = queue, Retries = 1 }), TimeProvider.System,
        NullLogger<ChannelWorker>.Instance);

    private static DaprTrading.Contracts.Notification Notice(long n) =>
        SignalNotices.Of(new TradingSignal($"T:{n}:s", "T", Side.Buy, "s", 0.7, 12.5, n, n, [], "test", n));

    private sealed class FakeChannel(int failures) : IChannel
    {
        private int _failures = failures;

        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Sent { get; } = [];

        public string Name => "fake";

        public int BatchSize => 1;

        public Task SendAsync(IReadOnlyList<DaprTrading.Contracts.Notification> notices, CancellationToken cancellationToken)
        {
            if (_failures-- > 0)
            {
                throw new HttpRequestException("no");
            }

            Sent.Enqueue(notices[0].Id);
            Arrived.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
