using Dapr.AspNetCore;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Tests.Unit.ServiceDefaults;

public sealed class BulkIsolationTests
{
    [Fact]
    public async Task Together_AllCanBeHandled_IsOneCall()
    {
        var calls = new List<string>();
        BulkEvents<string> events = new(["a", "b"]);

        Exception? failure = await events.HandleTogetherAsync([0, 1], Handle(events, calls, poison: "none"), default);

        failure.Should().BeNull();
        calls.Should().Equal("ab");
    }

    [Fact]
    public async Task Together_OneCannot_OnlyThatComesAgain()
    {
        var calls = new List<string>();
        BulkEvents<string> events = new(["a", "x", "b"]);

        Exception? failure = await events.HandleTogetherAsync([0, 1, 2], Handle(events, calls, poison: "x"), default);

        failure.Should().BeOfType<InvalidOperationException>();
        calls.Should().Equal("axb", "a", "x", "b");
        Enumerable.Range(0, 3).Select(events.StatusOf).Should().Equal(
            BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.RETRY, BulkSubscribeAppResponseStatus.SUCCESS);
    }

    [Fact]
    public async Task Together_SingleEventThatFails_IsNotTriedTwice()
    {
        var calls = new List<string>();
        BulkEvents<string> events = new(["x"]);

        await events.HandleTogetherAsync([0], Handle(events, calls, poison: "x"), default);

        calls.Should().Equal("x");
        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
    }

    [Fact]
    public async Task Together_TheDeliveryEnds_Throws()
    {
        using var ended = new CancellationTokenSource();
        BulkEvents<string> events = new(["a", "b"]);

        Func<Task> handling = () => events.HandleTogetherAsync(
            [0, 1],
            (_, ct) =>
            {
                ended.Cancel();
                ct.ThrowIfCancellationRequested();
                return Task.CompletedTask;
            },
            ended.Token);

        await handling.Should().ThrowAsync<OperationCanceledException>();
    }

    private static Func<IReadOnlyList<int>, CancellationToken, Task> Handle(BulkEvents<string> events, List<string> calls, string poison) => (part, _) =>
    {
        string text = string.Concat(part.Select(i => events[i]));
        calls.Add(text);
        return text.Contains(poison, StringComparison.Ordinal) ? Task.FromException(new InvalidOperationException(text)) : Task.CompletedTask;
    };
}
