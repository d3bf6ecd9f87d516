using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>A local runtime of its own with the benchmark's app behind it, and the Redis that belongs to it.</summary>
internal sealed class DaprSystem : IAsyncDisposable
{
    private readonly RunningSystem _system;
    private readonly string _folder;

    private DaprSystem(RunningSystem system, string folder, JsonElement status)
    {
        _system = system;
        _folder = folder;
        JsonElement app = status.GetProperty("apps")[0].GetProperty("instances")[0];
        App = new Uri($"http://127.0.0.1:{app.GetProperty("appPort").GetInt32()}/");
        Sidecar = new Uri($"http://127.0.0.1:{app.GetProperty("sidecarPort").GetInt32()}/");
        Redis = status.GetProperty("redis").GetProperty("address").GetString()!;
        RuntimePid = status.GetProperty("pid").GetInt32();
    }

    /// <summary>The app itself.</summary>
    public Uri App { get; }

    /// <summary>Its sidecar.</summary>
    public Uri Sidecar { get; }

    /// <summary>Redis, <c>host:port</c>.</summary>
    public string Redis { get; }

    /// <summary>The runtime's process.</summary>
    public int RuntimePid { get; }

    /// <summary>Starts it with the project's own Redis components and resiliency.</summary>
    public static async Task<DaprSystem> StartAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("daprtrading-bench-").FullName;
        string runFile = Path.Combine(folder, "dapr.yaml");
        await File.WriteAllTextAsync(
            runFile,
            $"""
            version: 1
            name: bench
            common:
              resourcesPath: {Path.Combine(ProjectPaths.Root, "components", "redis")}
              configFilePath: {Path.Combine(ProjectPaths.Root, "deploy", "dapr", "config.yaml")}
            apps:
              - appID: {BenchApp.AppId}
                appDirPath: {folder}
                appPort: 6000
                command: [dotnet, {ProjectPaths.Program("DaprTrading.Tests.Benchmarks")}, {BenchApp.CommandName}]
            """,
            cancellationToken);
        RunningSystem system = await RunningSystem.StartAsync("--file", runFile);
        return new DaprSystem(system, folder, await system.StatusAsync(cancellationToken));
    }

    /// <summary>Changes the number of the app's instances.</summary>
    public async Task ScaleAsync(int instances, CancellationToken cancellationToken)
    {
        CommandResult result = await _system.RunAsync(cancellationToken, "scale", BenchApp.AppId, $"{instances}");
        if (result.ExitCode != 0) throw new InvalidOperationException($"scale failed: {result.Output} {result.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
