using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.RealDapr;

namespace DaprTrading.Tests.Contract.Host;

/// <summary><c>up --dapr</c> against programs that only write down how a Dapr was called.</summary>
public sealed class RealDaprTests : IAsyncLifetime
{
    private static readonly string Components = Path.Combine(RuntimeUnderTest.Apps, "redis");

    private readonly RuntimeUnderTest _runtime = new();
    private readonly TemporaryFolder _folder = new();

    private string Record => _folder.File("record.json");

    public Task InitializeAsync()
    {
        string[] dotnetAndNode = [.. ((string[])["dotnet", "node"]).Select(program => Path.GetDirectoryName(Executables.Find(program))!)];
        _runtime.Variables["PATH"] = string.Join(':', [_folder.Path, .. dotnetAndNode, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin"]);
        _runtime.Variables["FAKE_DAPR_RECORD"] = Record;
        _runtime.Variables["DAPR_RUNTIME_PATH"] = _folder.Path;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _runtime.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Up_WithTheCli_RunsTheRunFileOnOurServersAndDownEndsAll()
    {
        Install("dapr", "dapr");
        await _runtime.UpAsync("--dapr", "--components", Components);

        StatusDocument status = await _runtime.StatusAsync();
        status.State.Should().Be("running");
        status.Dapr.Should().Be(_folder.File("dapr"));
        status.Apps.Select(app => app.AppId).Should().Equal("first", "second");
        JsonElement call = JsonDocument.Parse(await File.ReadAllTextAsync(Record)).RootElement;
        string[] arguments = [.. call.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)];
        arguments[..2].Should().Equal("run", "--run-file");
        RunFile file = RunFile.Load(arguments[2]);
        file.Warnings.Should().BeEmpty();
        file.Apps.Should().OnlyContain(app => app.ResourcesPaths.Single() == Components && app.AppDirPath == RuntimeUnderTest.Apps);
        file.Apps.Should().OnlyContain(app => app.AppLogDestination == "console" && app.DaprdLogDestination == "console");
        file.Apps.Select(app => app.AppPort).Should().Equal(status.Apps.Select(app => app.Instances[0].AppPort));
        file.Apps.Select(app => app.Env["COLOUR"]).Should().Equal("green", "red");
        file.Apps[0].Command.Should().Equal("node", "app.mjs");
        string redis = call.GetProperty("environment").GetProperty("REDIS_HOST").GetString()!;
        redis.Should().Be(status.Servers["redis"].Address);
        call.GetProperty("environment").GetProperty("REDIS_PASSWORD").GetString().Should().BeEmpty();
        (await PingAsync(redis)).Should().StartWith("+PONG");
        await SidecarsWereReadyAsync(status);
        (await _runtime.RunAsync("status")).Output.Should().Contain("sidecars by").And.Contain("redis");
        (await _runtime.RunAsync("scale", "first", "2")).Output.Should().Contain("--dapr").And.Contain("Kubernetes");

        var (code, output) = await _runtime.RunAsync("down");

        code.Should().Be(ExitCode.Ok, output);
        RotatingLog.Tail(_runtime.Data.Log("dapr"), 1).Should().Equal("stopping the apps");
        status.Apps.Should().OnlyContain(app => FreePorts.IsFree(app.Instances[0].AppPort!.Value));
        ProcessIdentity.StartKey(status.Servers["redis"].Pid!.Value).Should().BeNull();
    }

    [Fact]
    public async Task Up_WithDaprdOnly_RunsASidecarPerAppAndTheControlPlane()
    {
        foreach (string program in (string[])["daprd", "placement", "scheduler"]) Install("daprd", Path.Combine(".dapr", "bin", program));

        await _runtime.UpAsync("--dapr", "--components", Components);

        StatusDocument status = await _runtime.StatusAsync();
        JsonElement[] calls = [.. (await File.ReadAllLinesAsync(Record)).Select(line => JsonDocument.Parse(line).RootElement)];
        calls.Select(call => call.GetProperty("program").GetString()).Should().BeEquivalentTo("placement", "scheduler", "daprd", "daprd");
        JsonElement first = calls.Single(call => Value(call, "--app-id") == "first");
        InstanceStatus app = RuntimeUnderTest.Instance(status, "first");
        Value(first, "--app-port").Should().Be($"{app.AppPort}");
        Value(first, "--dapr-http-port").Should().Be($"{app.SidecarPort}");
        Value(first, "--resources-path").Should().Be(Components);
        first.GetProperty("environment").GetProperty("REDIS_HOST").GetString().Should().Be(status.Servers["redis"].Address);
        Value(first, "--placement-host-address").Should().Be(status.Servers["placement"].Address);
        Value(first, "--scheduler-host-address").Should().Be(status.Servers["scheduler"].Address);
        first.GetProperty("environment").GetProperty("DAPR_HOST_IP").GetString().Should().Be("127.0.0.1");
        Value(calls.Single(call => call.GetProperty("program").GetString() == "scheduler"), "--etcd-data-dir").Should().StartWith(_runtime.Data.Path);
        await SidecarsWereReadyAsync(status);
        using var http = new HttpClient();
        JsonElement environment = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{app.AppPort}/environment")).RootElement;
        environment.GetProperty("DAPR_HTTP_PORT").GetString().Should().Be($"{app.SidecarPort}");
        environment.GetProperty("APP_ID").GetString().Should().Be("first");
        environment.GetProperty("COLOUR").GetString().Should().Be("green");

        (await _runtime.RunAsync("down")).ExitCode.Should().Be(ExitCode.Ok);
        ProcessIdentity.StartKey(app.Pid!.Value).Should().BeNull();
        status.Servers.Values.Should().OnlyContain(server => ProcessIdentity.StartKey(server.Pid!.Value) == null);
    }

    [Theory]
    [InlineData("", "--etcd-client-port", "--etcd-initial-cluster")]
    [InlineData("1", "--etcd-client-ports", "--initial-cluster")]
    public async Task Up_WithTheControlPlane_EveryPortIsAFreeOneOnLoopback(string old, string clientPort, string cluster)
    {
        foreach (string program in (string[])["daprd", "placement", "scheduler"]) Install("daprd", Path.Combine(".dapr", "bin", program));
        _runtime.Variables["FAKE_DAPR_OLD"] = old;

        await _runtime.UpAsync("--dapr", "--components", Components);

        JsonElement[] calls = [.. (await File.ReadAllLinesAsync(Record)).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement placement = calls.Single(call => call.GetProperty("program").GetString() == "placement");
        JsonElement scheduler = calls.Single(call => call.GetProperty("program").GetString() == "scheduler");
        foreach (JsonElement call in (JsonElement[])[placement, scheduler])
        {
            foreach (string address in (string[])["--listen-address", "--healthz-listen-address", "--metrics-listen-address"]) Value(call, address).Should().Be("127.0.0.1");
        }

        int[] ports =
        [
            .. ((string[])["--port", "--healthz-port", "--metrics-port"]).SelectMany(flag => (int[])[Port(placement, flag), Port(scheduler, flag)]),
            Port(placement, "--initial-cluster"), Port(scheduler, clientPort), Port(scheduler, cluster),
        ];
        ports.Should().OnlyHaveUniqueItems().And.NotContain([8080, 8201, 9090, 2379, 2380, 50005, 50006]);
        calls.Where(call => call.GetProperty("program").GetString() == "daprd").Should().OnlyContain(call => Value(call, "--dapr-internal-grpc-listen-address") == (old.Length > 0 ? "" : "127.0.0.1"));
    }

    [Fact]
    public async Task Up_WithDaprdButWithoutPlacement_SaysWhatIsMissing()
    {
        Install("daprd", "daprd");

        var (code, output) = await _runtime.RunAsync("up", "--detach", "--dapr", "--file", RuntimeUnderTest.RunFile, "--free-ports", "--components", Components);

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("placement and scheduler are missing").And.Contain("dapr init");
        (await _runtime.StatusAsync()).State.Should().Be("stopped");
    }

    [Fact]
    public async Task Up_WithoutAnyDapr_SaysSoAndBuildsNothing()
    {
        var (code, output) = await _runtime.RunAsync("up", "--dapr");

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("No Dapr was found").And.Contain("dapr init").And.NotContain("dotnet build");
    }

    [Fact]
    public async Task Up_CliThatEnds_FailsWithItsLastWords()
    {
        Install("dapr", "dapr");
        _runtime.Variables["FAKE_DAPR_FAILS"] = "1";

        var (code, output) = await _runtime.RunAsync("up", "--detach", "--dapr", "--file", RuntimeUnderTest.RunFile, "--free-ports", "--components", Components);

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain("ended with code 3").And.Contain("dapr is not initialised");
    }

    [Theory]
    [InlineData("--scale", "first=2", "--scale")]
    [InlineData("--components", "components/memory", "pubsub.in-memory")]
    public async Task Up_WhatDaprCannotDo_IsRefused(string option, string value, string reason)
    {
        Install("dapr", "dapr");
        string root = Path.GetFullPath(Path.Combine(RuntimeUnderTest.Apps, "..", "..", "..", ".."));

        var (code, output) = await _runtime.RunAsync(
            ["up", "--detach", "--dapr", "--file", RuntimeUnderTest.RunFile, "--free-ports", .. option == "--components" ? [option, Path.Combine(root, value)] : (string[])["--components", Components, option, value]]);

        code.Should().Be(ExitCode.Failed);
        output.Should().Contain(reason);
        File.Exists(Record).Should().BeFalse();
    }

    [Fact]
    public void Listens_PortThatIsInUseButTakesNoConnections_IsNobody()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)bound.LocalEndPoint!).Port;

        ControlPlane.Listens(port).Should().BeFalse();
        bound.Listen();
        ControlPlane.Listens(port).Should().BeTrue();
    }

    /// <summary>The sidecars here say twice that they are not ready.</summary>
    private static async Task SidecarsWereReadyAsync(StatusDocument status)
    {
        using var http = new HttpClient();
        foreach (int? port in status.Apps.Select(app => app.Instances[0].SidecarPort))
        {
            int.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/asked")).Should().BeGreaterThan(2);
        }
    }

    /// <summary>The port at the end of an option's value.</summary>
    private static int Port(JsonElement call, string option) => int.Parse(Value(call, option).Split(':', '=')[^1]);

    private void Install(string fake, string asName)
    {
        string target = _folder.File(asName);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(RuntimeUnderTest.Apps, "dapr", fake), target);
    }

    private static string Value(JsonElement call, string option)
    {
        string[] arguments = [.. call.GetProperty("args").EnumerateArray().Select(argument => argument.GetString()!)];
        int at = Array.IndexOf(arguments, option);
        return at < 0 ? "" : arguments[at + 1];
    }

    private static async Task<string> PingAsync(string address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", int.Parse(address.Split(':')[1]));
        await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
        byte[] answer = new byte[16];
        return Encoding.ASCII.GetString(answer, 0, await client.GetStream().ReadAsync(answer));
    }
}
