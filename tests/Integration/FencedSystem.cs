using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using DaprTrading.Tests.Fenced;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>The self-checking actors of <c>tests/Fenced</c> under the local runtime, and callers of them.</summary>
public sealed class FencedSystem : IAsyncLifetime
{
    private const string App = "fenced";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };
    private RunningSystem _system = null!;

    /// <summary>Starts it with two instances.</summary>
    public async Task InitializeAsync()
    {
        string folder = Path.GetDirectoryName(ProjectPaths.Program("DaprTrading.Tests.Fenced"))!;
        _system = await RunningSystem.StartAsync("--file", Path.Combine(folder, "fenced.yaml"), "--scale", "fenced=2");
        JsonElement caller = (await _system.InstancesAsync("caller", CancellationToken.None))[0];
        _http.BaseAddress = new Uri($"http://127.0.0.1:{caller.GetProperty("sidecarPort").GetInt32()}");
    }

    /// <summary>Calls an actor once; false when it was not answered.</summary>
    public async Task<bool> TryCountAsync(string actor, CountRequest call, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _http.PutAsJsonAsync(
                new Uri($"/v1.0/actors/{FencedActor.Type}/{actor}/method/{nameof(IFencedActor.CountAsync)}", UriKind.Relative), call, FenceJson.Default.CountRequest, cancellationToken);
            return response.IsSuccessStatusCode && !response.Headers.Contains("X-DaprErrorResponseHeader");
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Calls an actor until it has answered.</summary>
    public async Task CountAsync(string actor, CountRequest call, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await TryCountAsync(actor, call, cancellationToken)) await pause.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>What actors have counted, in their order. Read through a sidecar of the app, since the keys of its state begin with its id.</summary>
    public async Task<IReadOnlyList<long>> CountsOfAsync(IEnumerable<string> actors)
    {
        JsonElement first = (await _system.InstancesAsync(App, CancellationToken.None))[0];
        using var host = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{first.GetProperty("sidecarPort").GetInt32()}") };
        var counts = new List<long>();
        foreach (string actor in actors) counts.Add((await new SidecarFenceStore(host, actor).ReadAsync()).Count);
        return counts;
    }

    /// <summary>Process ids of the instances that run and take calls.</summary>
    public async Task<IReadOnlyList<int>> PidsAsync(CancellationToken cancellationToken) =>
    [
        .. (await _system.InstancesAsync(App, cancellationToken)).Where(instance => instance.GetProperty("ready").GetBoolean())
            .Select(instance => instance.GetProperty("pid")).Where(pid => pid.ValueKind == JsonValueKind.Number).Select(pid => pid.GetInt32()),
    ];

    /// <summary>Sets the number of instances.</summary>
    public async Task ScaleAsync(int instances, CancellationToken cancellationToken)
    {
        CommandResult result = await _system.RunAsync(cancellationToken, "scale", App, instances.ToString(CultureInfo.InvariantCulture));
        result.ExitCode.Should().Be(0, result.Output + result.Error);
    }

    /// <summary>Sends a signal (<c>KILL</c>, <c>STOP</c>, <c>CONT</c>) to a process; false when it has ended already.</summary>
    public static async Task<bool> SignalAsync(string signal, int pid, CancellationToken cancellationToken) =>
        (await CommandLine.RunAsync("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)], null, cancellationToken)).ExitCode == 0;

    /// <summary>What a process of the app has seen, or all of them.</summary>
    public IReadOnlyList<FenceEvent> Events(int? pid = null) => FenceLog.Read(Path.Combine(_system.Data, App), pid);

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _system.DisposeAsync();
    }
}
