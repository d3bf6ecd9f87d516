using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>What <c>publish-apps</c> makes runs where nothing of .NET is to be found.</summary>
/// <remarks>
/// Self-contained programs need the packages of .NET for linux-x64. A test downloads nothing: on a machine that never published, whose package
/// folder lacks them, the same is shown with programs that use the installed .NET.
/// </remarks>
public sealed class PublishedAppsTests : IDisposable
{
    private const string App = "notification";
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("daprtrading-published-").FullName, "apps");
    private readonly bool _selfContained = HasPackage("microsoft.netcore.app.runtime.linux-x64") && HasPackage("microsoft.aspnetcore.app.runtime.linux-x64");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task PublishApps_OnAMachineWithoutDotnet_RuntimeServiceAndChecksRun()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        string[] mode = _selfContained ? ["--self-contained"] : [];
        CommandResult published = await CommandLine.RunProjectAsync(
            "DaprTrading.LocalRuntime", ["publish-apps", .. mode, "--only", $"{App},runtime,conformance,conformance-local", _folder], limit.Token);
        published.ExitCode.Should().Be(0, published.Output + published.Error);

        CommandResult up = await RunAsync(limit.Token, "up", "--detach", "--free-ports", "--components", Path.Combine(_folder, "components", "memory"));
        try
        {
            up.ExitCode.Should().Be(0, up.Output + up.Error);
            CommandResult status = await RunAsync(limit.Token, "status", "--json");
            JsonElement instance = JsonDocument.Parse(status.Output).RootElement.GetProperty("apps").EnumerateArray().Single().GetProperty("instances")[0];
            instance.GetProperty("ready").GetBoolean().Should().BeTrue();

            // Behind this sidecar is the published service, not the app of the checks: they notice, and begin with nothing.
            string sidecar = $"127.0.0.1:{instance.GetProperty("sidecarPort").GetInt32()}";
            CommandResult refused = await RunAsync(limit.Token, "conformance", "--http", sidecar, "--app-port", $"{FreePort()}", "--only", "1,4,27");
            (refused.Error + refused.Output).Should().Contain($"is not the sidecar to check: its app id is '{App}'");

            CommandResult checks = await RunAsync(limit.Token, "conformance", "--only", "1,4,27");
            checks.Output.Should().Contain("3 passed, 0 failed, 0 not applicable", checks.Error);
        }
        finally
        {
            await RunAsync(limit.Token, "down");
        }
    }

    private Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        if (!_selfContained) return CommandLine.RunAsync(Path.Combine(_folder, "run"), arguments, null, cancellationToken);

        string tools = Path.Combine(Path.GetDirectoryName(_folder)!, "bin");
        Directory.CreateDirectory(tools);
        foreach (string tool in new[] { "dirname", "readlink", "redis-server" })
        {
            if (!File.Exists(Path.Combine(tools, tool))) File.CreateSymbolicLink(Path.Combine(tools, tool), "/usr/bin/" + tool);
        }

        var nothing = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = tools, ["DOTNET_ROOT"] = "/nonexistent", ["HOME"] = "/nonexistent" };
        return CommandLine.RunAsync(Path.Combine(_folder, "run"), arguments, nothing, cancellationToken);
    }

    private static bool HasPackage(string id)
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } told
            ? told : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.Exists(Path.Combine(packages, id));
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
