using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.Tests.Contract.Host;

public sealed class StubbornAppTests : IAsyncLifetime
{
    private static readonly string[] Apps = ["one", "two", "three"];
    private readonly RuntimeUnderTest _runtime = new();
    private readonly HttpClient _http = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _runtime.DisposeAsync();
    }

    [Fact]
    public async Task Down_WhileDeliveriesAreRepeated_DoesNotWaitForThem()
    {
        var (code, output) = await _runtime.RunAsync("up", "--detach", "--file", Path.Combine(RuntimeUnderTest.Apps, "stubborn.yaml"), "--free-ports");
        code.Should().Be(ExitCode.Ok, output);
        StatusDocument status = await _runtime.StatusAsync();
        using var order = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        int sidecar = RuntimeUnderTest.Instance(status, "one").SidecarPort;
        (await _http.PostAsync($"http://127.0.0.1:{sidecar}/v1.0/publish/pubsub/orders", order)).EnsureSuccessStatusCode();
        foreach (string app in Apps)
        {
            int port = RuntimeUnderTest.Instance(status, app).AppPort!.Value;
            await Eventually.BeTrueAsync(
                async () => (await _http.GetStringAsync($"http://127.0.0.1:{port}/asked")) is not "{\"asked\":0}" and not "{\"asked\":1}", "a second attempt");
        }

        long start = TimeProvider.System.GetTimestamp();
        (await _runtime.RunAsync("down")).ExitCode.Should().Be(ExitCode.Ok);

        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(9), "waiting takes five seconds in app after app");
    }
}
