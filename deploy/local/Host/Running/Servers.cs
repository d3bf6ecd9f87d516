using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Redis;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The processes beside the apps: Redis below them, the load generator above.</summary>
internal sealed class Servers(
    Workspace workspace, DataDirectory data, ProcessLauncher launcher, ChildRegistry children, FreePorts ports, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Name of Redis in commands and logs.</summary>
    public const string Redis = "redis";

    /// <summary>Name of the load generator in commands and logs.</summary>
    public const string Generator = "generator";

    private SupervisedProcess? _redis, _generator;
    private string? _redisAddress;

    /// <summary>Starts Redis and waits for its answer.</summary>
    /// <returns>The variables by which components find it.</returns>
    public async Task<IReadOnlyDictionary<string, string>> StartRedisAsync(string executable, Action<string> progress, CancellationToken cancellationToken)
    {
        int port = RedisServer.ChoosePort(data, ports);
        _redisAddress = $"127.0.0.1:{port}";
        _redis = Supervise(RedisServer.Spec(executable, data, port), mayFinish: false);
        await _redis.StartAsync().ConfigureAwait(false);
        await RedisServer.WaitAsync(port, _redis.LogPath, time, cancellationToken).ConfigureAwait(false);
        progress($"redis: ready on {_redisAddress}");
        return new Dictionary<string, string>(StringComparer.Ordinal) { [RedisServer.HostVariable] = _redisAddress, [RedisServer.PasswordVariable] = "" };
    }

    /// <summary>Starts the load generator on the gateway.</summary>
    public async Task StartGeneratorAsync(string gatewayUrl, Action<string> progress)
    {
        string executable = workspace.Executable("DaprTrading.Generator");
        if (!File.Exists(executable))
        {
            progress($"generator: {workspace.Display(executable)} is not built, so nothing sends data");
            return;
        }

        var spec = new ProcessSpec { Name = Generator, WorkingDirectory = workspace.Root, Command = ["dotnet", executable, "--url", gatewayUrl] };
        _generator = Supervise(spec, mayFinish: true);
        await _generator.StartAsync().ConfigureAwait(false);
        progress($"generator: sending to {gatewayUrl}");
    }

    /// <summary>Ends the load generator.</summary>
    public Task StopGeneratorAsync(CancellationToken hurry) => _generator?.StopAsync(TimeSpan.FromSeconds(5), hurry) ?? Task.CompletedTask;

    /// <summary>Ends Redis, which writes its log out first.</summary>
    public Task StopRedisAsync(CancellationToken hurry) => _redis?.StopAsync(TimeSpan.FromSeconds(10), hurry) ?? Task.CompletedTask;

    /// <summary>The process of a name; null when it was not started.</summary>
    public SupervisedProcess? Find(string name) => name switch { Redis => _redis, Generator => _generator, _ => null };

    /// <summary>What the status shows of Redis.</summary>
    public ServerStatus? RedisStatus() => _redis is null ? null : new ServerStatus(_redis.Pid, _redisAddress, _redis.Restarts, _redis.LogPath);

    /// <summary>What the status shows of the load generator.</summary>
    public ServerStatus? GeneratorStatus() => _generator is null ? null : new ServerStatus(_generator.Pid, null, _generator.Restarts, _generator.LogPath);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_generator is not null) await _generator.DisposeAsync().ConfigureAwait(false);
        if (_redis is not null) await _redis.DisposeAsync().ConfigureAwait(false);
    }

    private SupervisedProcess Supervise(ProcessSpec spec, bool mayFinish) =>
        new(spec, launcher, children, new RotatingLog(data.Log(spec.Name)), logger, time) { MayFinish = mayFinish };
}
