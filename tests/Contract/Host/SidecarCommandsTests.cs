using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.RealDapr;
using DaprTrading.LocalRuntime.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Host;

/// <summary>What the apps under a daprd without the CLI are told.</summary>
public sealed class SidecarCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FreePorts _ports = new();

    public void Dispose()
    {
        _ports.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5901)]
    public void App_KnowsItsPort_OnlyWhenItHasOne(int? port)
    {
        File.WriteAllText(_folder.File("dapr.yaml"), "version: 1\napps:\n- { appID: one, appDirPath: ., command: [ node, app.mjs ] }\n");
        RunPlan plan = RunPlan.Load(new UpOptions { Data = new DataDirectory(_folder.Path), RunFile = _folder.File("dapr.yaml") }, NullLogger.Instance);

        ProcessSpec app = new SidecarCommands(plan, plan.File.Apps[0], port, 3500, _ports).App(Workspace.Find(), new Dictionary<string, string>())!;

        app.Environment.GetValueOrDefault("APP_PORT").Should().Be(port?.ToString());
        app.Environment["DAPR_HTTP_PORT"].Should().Be("3500");
    }
}
