using System.Text.Json;
using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.Tests.Contract.Host;

public sealed class DeadLettersCommandTests : IAsyncLifetime
{
    private readonly RuntimeUnderTest _runtime = new();
    private readonly HttpClient _http = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _runtime.DisposeAsync();
    }

    [Fact]
    public async Task DroppedMessages_AreCountedListedAndRepublishedOnce()
    {
        var (code, output) = await _runtime.RunAsync("up", "--detach", "--file", Path.Combine(RuntimeUnderTest.Apps, "picky.yaml"), "--free-ports");
        code.Should().Be(ExitCode.Ok, output);
        InstanceStatus picky = RuntimeUnderTest.Instance(await _runtime.StatusAsync(), "picky");
        using ControlClient control = ControlClient.Connect(_runtime.Data);
        foreach (int order in new[] { 1, 2 }) await PublishAsync(picky, $"{{\"order\":{order}}}");
        await KeptAsync(control, 2);

        (await _runtime.RunAsync("dead-letters")).Output.Should().Contain("{\"order\":1}").And.Contain("{\"order\":2}").And.Contain("orders");
        (await _runtime.RunAsync("dead-letters", "--topic", "other")).Output.Should().Contain("There are no dead letters of other");
        (await _runtime.RunAsync("dead-letters", "--limit", "1")).Output.Should().Contain("and 1 more");
        (await _runtime.RunAsync("status")).Output.Should().Contain("orders-dead 2");

        (await _http.GetAsync($"http://127.0.0.1:{picky.AppPort}/mend")).EnsureSuccessStatusCode();
        var first = await _runtime.RunAsync("dead-letters", "--republish", "--topic", "orders", "--limit", "1");
        var rest = await _runtime.RunAsync("dead-letters", "--republish");

        first.Should().Be((ExitCode.Ok, "Republished: orders 1\n"));
        rest.Should().Be((ExitCode.Ok, "Republished: orders 1\n"));
        (await control.StatusAsync(CancellationToken.None)).DeadLetters.Should().BeEmpty();
        await Eventually.BeTrueAsync(async () => (await TakenAsync(picky)).GetArrayLength() == 2, "both orders to be taken");
        (await TakenAsync(picky)).EnumerateArray().Select(taken => taken.GetProperty("data").GetProperty("order").GetInt32()).Should().BeEquivalentTo([1, 2]);
    }

    [Fact]
    public async Task Republish_NothingRuns_SaysSo()
    {
        var (code, output) = await _runtime.RunAsync("dead-letters", "--republish");

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("Nothing runs on");
        (await _runtime.RunAsync("dead-letters", "--limit", "0")).ExitCode.Should().Be(ExitCode.Usage);
    }

    private static Task KeptAsync(ControlClient control, int count) => Eventually.BeTrueAsync(
        async () => (await control.StatusAsync(CancellationToken.None)).DeadLetters.GetValueOrDefault("orders-dead") == count, $"{count} dead letters");

    private async Task PublishAsync(InstanceStatus picky, string order)
    {
        using var content = new StringContent(order, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync($"http://127.0.0.1:{picky.SidecarPort}/v1.0/publish/pubsub/orders", content);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> TakenAsync(InstanceStatus picky)
    {
        using JsonDocument taken = JsonDocument.Parse(await _http.GetStringAsync($"http://127.0.0.1:{picky.AppPort}/taken"));
        return taken.RootElement.Clone();
    }
}
