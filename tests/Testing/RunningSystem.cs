using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace DaprTrading.Tests.Testing;

/// <summary>The whole system, started by the project's own command line on free ports and with data of its own, and stopped at the end.</summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private const string Runtime = "DaprTrading.LocalRuntime";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly string _data;
    private readonly HttpClient _control = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private RunningSystem(string data) => _data = data;

    /// <summary>Where producers post to.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>Where the dashboard and its REST API are.</summary>
    public Uri Dashboard { get; private set; } = null!;

    /// <summary>Data folder of this system.</summary>
    public string Data => _data;

    /// <summary>Starts a system without a generator. Throws with everything the command said when it does not come up.</summary>
    public static Task<RunningSystem> StartAsync(params string[] options) => StartAsync(new Dictionary<string, string>(), options);

    /// <summary>Starts a system without a generator whose services see these environment variables, too.</summary>
    public static async Task<RunningSystem> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var system = new RunningSystem(Directory.CreateTempSubdirectory("daprtrading-").FullName) { Environment = environment };
        await system.UpAsync(options);
        return system;
    }

    /// <summary>Variables the services see beside those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private init; } = new Dictionary<string, string>();

    /// <summary>Starts the system on its data, after <see cref="DownAsync"/>.</summary>
    public async Task UpAsync(params string[] options)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        string[] defaults = ["up", "--detach", "--free-ports", "--no-build", "--data", _data];
        string[] generator = options.Contains("--generator", StringComparer.Ordinal) ? [] : ["--no-generator"];
        string[] arguments = [.. defaults, .. generator, .. options.Where(option => option != "--generator")];
        CommandResult result = await CommandLine.RunProjectAsync(Runtime, arguments, limit.Token, Environment);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"up ended with {result.ExitCode}.\n{result.Output}\n{result.Error}\n{LogTail("runtime.log")}");
        }

        JsonElement status = await StatusAsync(limit.Token);
        if (status.TryGetProperty("gatewayUrl", out JsonElement gateway) && gateway.GetString() is { } url) Gateway = new Uri(url);
        if (status.TryGetProperty("dashboardUrl", out JsonElement dashboard) && dashboard.GetString() is { } page) Dashboard = new Uri(page);
    }

    /// <summary>Runs a verb of the command line on this system.</summary>
    public Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        CommandLine.RunProjectAsync(Runtime, [.. arguments, "--data", _data], cancellationToken);

    /// <summary>The document of <c>./run status --json</c>.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancellationToken)
    {
        CommandResult result = await RunAsync(cancellationToken, "status", "--json");
        return JsonDocument.Parse(result.Output).RootElement.Clone();
    }

    /// <summary>The same document, asked of the runtime itself: at once, where starting the command line takes its time. Throws when no runtime answers.</summary>
    public async Task<JsonElement> LiveStatusAsync(CancellationToken cancellationToken)
    {
        using JsonDocument runtime = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_data, "run", "runtime.json"), cancellationToken));
        using var request = new HttpRequestMessage(HttpMethod.Get, runtime.RootElement.GetProperty("control").GetString() + "/status");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", runtime.RootElement.GetProperty("token").GetString());
        using HttpResponseMessage response = await _control.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>Port of the Redis that the runtime started.</summary>
    public async Task<int> RedisPortAsync(CancellationToken cancellationToken) =>
        int.Parse(await File.ReadAllTextAsync(Path.Combine(_data, "redis", "port"), cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>The instances of an app in <see cref="StatusAsync"/>.</summary>
    public async Task<IReadOnlyList<JsonElement>> InstancesAsync(string app, CancellationToken cancellationToken)
    {
        JsonElement status = await StatusAsync(cancellationToken);
        return [.. status.GetProperty("apps").EnumerateArray().Single(a => a.GetProperty("appId").GetString() == app).GetProperty("instances").EnumerateArray()];
    }

    /// <summary>Ends an instance of an app with SIGKILL.</summary>
    public async Task KillAsync(string app, int instance, CancellationToken cancellationToken)
    {
        CommandResult result = await RunAsync(cancellationToken, "kill", app, instance.ToString(CultureInfo.InvariantCulture));
        if (result.ExitCode != 0) throw new InvalidOperationException($"kill {app} failed: {result.Error}");
    }

    /// <summary>Stops everything; the data stays.</summary>
    public async Task DownAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        CommandResult result = await RunAsync(limit.Token, "down");
        if (result.ExitCode != 0) throw new InvalidOperationException($"down ended with {result.ExitCode}: {result.Output} {result.Error}");
    }

    /// <summary>The last lines of a log of this system.</summary>
    public string LogTail(string file)
    {
        string path = Path.Combine(_data, "logs", file);
        return File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(40)) : "";
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        _control.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
