using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.Tests.Contract.Host;

public sealed class RuntimeTests : IAsyncLifetime
{
    private readonly RuntimeUnderTest _runtime = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _runtime.DisposeAsync();
    }

    [Fact]
    public async Task Up_RunFileWithAppsOfAnotherLanguage_ServesThemAndDownLeavesNothing()
    {
        await _runtime.UpAsync("--scale", "second=2");

        StatusDocument status = await _runtime.StatusAsync();
        InstanceStatus[] instances = [.. status.Apps.SelectMany(app => app.Instances)];
        instances.Should().HaveCount(3).And.OnlyContain(instance => instance.Ready && instance.Restarts == 0);
        JsonElement environment = await EnvironmentAsync(RuntimeUnderTest.Instance(status, "second", 1));
        Value(environment, "APP_ID").Should().Be("second");
        Value(environment, "COLOUR").Should().Be("red");
        Value(environment, "DAPRTRADING_INSTANCE").Should().Be("1");
        Value(environment, "DAPR_HTTP_PORT").Should().Be($"{RuntimeUnderTest.Instance(status, "second", 1).SidecarPort}");
        using HttpResponseMessage health = await _http.GetAsync($"http://127.0.0.1:{RuntimeUnderTest.Instance(status, "first").SidecarPort}/v1.0/healthz");
        health.StatusCode.Should().Be(HttpStatusCode.NoContent);

        var (code, output) = await _runtime.RunAsync("down");

        code.Should().Be(ExitCode.Ok, output);
        ProcessIdentity.StartKey(status.Pid!.Value).Should().BeNull();
        instances.Should().OnlyContain(instance => ProcessIdentity.StartKey(instance.Pid!.Value) == null);
        instances.Should().OnlyContain(instance => FreePorts.IsFree(instance.AppPort!.Value) && FreePorts.IsFree(instance.SidecarPort));
        RotatingLog.Tail(instances[0].Log, 1).Should().Equal("asked to end");
        (await _runtime.StatusAsync()).State.Should().Be("stopped");
    }

    [Fact]
    public async Task Kill_Instance_ServesAgainOnItsPortsWithinTwoSeconds()
    {
        await _runtime.UpAsync();
        InstanceStatus before = RuntimeUnderTest.Instance(await _runtime.StatusAsync(), "first");
        using ControlClient control = ControlClient.Connect(_runtime.Data);

        ControlAnswer answer = await control.KillAsync("first", 0, CancellationToken.None);
        long killed = TimeProvider.System.GetTimestamp();
        await Eventually.BeTrueAsync(() => ProcessIdentity.StartKey(before.Pid!.Value) is null, "the end of the process");
        InstanceStatus after = before;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            await tick.WaitForNextTickAsync();
            after = RuntimeUnderTest.Instance(await control.StatusAsync(CancellationToken.None), "first");
        }
        while (!(after.Ready && after.Restarts == 1) && TimeProvider.System.GetElapsedTime(killed) < TimeSpan.FromSeconds(10));

        answer.Done.Should().BeTrue(answer.Message);
        TimeProvider.System.GetElapsedTime(killed).Should().BeLessThan(TimeSpan.FromSeconds(2));
        (after.AppPort, after.SidecarPort).Should().Be((before.AppPort, before.SidecarPort));
        after.Pid.Should().NotBe(before.Pid);
        (await EnvironmentAsync(after)).ValueKind.Should().Be(JsonValueKind.Object);
    }

    [Fact]
    public async Task Scale_UpAndDown_AddsAndRemovesTheHighestNumbers()
    {
        await _runtime.UpAsync();

        (await _runtime.RunAsync("scale", "first", "3")).ExitCode.Should().Be(ExitCode.Ok);
        AppStatus three = (await _runtime.StatusAsync()).Apps[0];
        (await _runtime.RunAsync("scale", "first", "1")).ExitCode.Should().Be(ExitCode.Ok);
        AppStatus one = (await _runtime.StatusAsync()).Apps[0];

        three.Instances.Select(instance => instance.Instance).Should().Equal(0, 1, 2);
        three.Instances.Should().OnlyContain(instance => instance.Ready);
        one.Instances.Should().ContainSingle().Which.Pid.Should().Be(three.Instances[0].Pid);
        three.Instances.Skip(1).Should().OnlyContain(instance => ProcessIdentity.StartKey(instance.Pid!.Value) == null);
    }

    [Fact]
    public async Task Up_RuntimeKilledBefore_LeavesNoChildAndStartsAgain()
    {
        await _runtime.UpAsync();
        StatusDocument first = await _runtime.StatusAsync();

        Signals.Send(first.Pid!.Value, Signals.Kill);
        await Eventually.BeTrueAsync(() => first.Apps.All(app => ProcessIdentity.StartKey(app.Instances[0].Pid!.Value) is null), "the end of the children");
        await _runtime.UpAsync();

        (await _runtime.StatusAsync()).Pid.Should().NotBe(first.Pid);
    }

    [Fact]
    public async Task Up_RunsAlready_SaysSoAndSucceeds()
    {
        await _runtime.UpAsync();
        int? pid = (await _runtime.StatusAsync()).Pid;

        var (code, output) = await _runtime.RunAsync("up", "--detach", "--file", RuntimeUnderTest.RunFile, "--free-ports");

        code.Should().Be(ExitCode.Ok);
        output.Should().Contain("already").And.Contain($"pid {pid}");
    }

    [Fact]
    public async Task Up_PortTaken_NamesPortHolderAndOption()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string file = RunFile($"apps:\n  - appID: busy\n    appDirPath: {RuntimeUnderTest.Apps}\n    appPort: {port}\n    command: [node, app.mjs]");

        var (code, output) = await _runtime.RunAsync("up", "--detach", "--file", file);

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain($"{port}").And.Contain($"pid {Environment.ProcessId}").And.Contain("--free-ports");
    }

    [Fact]
    public async Task Up_AppThatCannotStart_ShowsTheEndOfItsLogAndStopsAll()
    {
        string file = RunFile($"apps:\n  - appID: broken\n    appDirPath: {RuntimeUnderTest.Apps}\n    appPort: 5903\n    command: [/bin/sh, -c, 'echo no licence; exit 1']");

        var (code, output) = await _runtime.RunAsync("up", "--detach", "--file", file, "--free-ports");

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("broken-0").And.Contain("no licence");
        (await _runtime.StatusAsync()).State.Should().Be("stopped");
    }

    [Fact]
    public async Task Kill_Redis_IsStartedAgainOnItsPortWithItsData()
    {
        await _runtime.UpAsync("--components", Path.Combine(RuntimeUnderTest.Apps, "redis"));
        StatusDocument before = await _runtime.StatusAsync();
        string state = $"http://127.0.0.1:{RuntimeUnderTest.Instance(before, "first").SidecarPort}/v1.0/state/state";
        using HttpResponseMessage saved = await _http.PostAsJsonAsync(state, new[] { new { key = "a", value = 7 } });
        saved.StatusCode.Should().Be(HttpStatusCode.NoContent);

        (await _runtime.RunAsync("kill", "redis")).ExitCode.Should().Be(ExitCode.Ok);
        string read = "";
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (int i = 0; i < 200 && read != "7"; i++)
        {
            await tick.WaitForNextTickAsync();
            using HttpResponseMessage response = await _http.GetAsync(state + "/a");
            if (response.StatusCode == HttpStatusCode.OK) read = await response.Content.ReadAsStringAsync();
        }

        StatusDocument after = await _runtime.StatusAsync();
        read.Should().Be("7");
        after.Redis!.Address.Should().Be(before.Redis!.Address);
        after.Redis.Pid.Should().NotBe(before.Redis.Pid);
        after.Redis.Restarts.Should().Be(1);
    }

    [Fact]
    public async Task Control_WithoutToken_IsRefused()
    {
        await _runtime.UpAsync();
        RuntimeRecord record = RuntimeRecord.Find(_runtime.Data)!;

        using HttpResponseMessage response = await _http.PostAsync(record.Control + "/stop", content: null);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(_runtime.Data.RuntimeFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await _runtime.StatusAsync()).State.Should().Be("running");
    }

    [Theory, InlineData("no-such-command"), InlineData("up", "--gateway-port", "70000"), InlineData("scale", "first"), InlineData("test", "nosuchkind")]
    public async Task Run_WrongUsage_EndsWithTwo(params string[] arguments)
    {
        var (code, output) = await _runtime.RunAsync(arguments);

        code.Should().Be(ExitCode.Usage, output);
        output.Should().Contain("error: ").And.Contain("--help");
    }

    private string RunFile(string apps)
    {
        string file = Path.Combine(_runtime.Data.Path, "run.yaml");
        File.WriteAllText(file, $"version: 1\ncommon:\n  resourcesPath: {Path.Combine(RuntimeUnderTest.Apps, "components")}\n{apps}\n");
        return file;
    }

    private async Task<JsonElement> EnvironmentAsync(InstanceStatus instance) =>
        JsonElement.Parse(await _http.GetStringAsync($"http://127.0.0.1:{instance.AppPort}/environment"));

    private static string? Value(JsonElement environment, string name) => environment.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
