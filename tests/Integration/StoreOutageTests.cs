using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>The state store is away beside a broker that is there: longer than an event that fails is given.</summary>
public sealed class StoreOutageTests : IAsyncLifetime
{
    private const int Bars = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3), Outage = TimeSpan.FromSeconds(45);
    private readonly string _folder = Directory.CreateTempSubdirectory("store-").FullName;
    private readonly string _components = Directory.CreateTempSubdirectory("components-").FullName;
    private readonly int _port = FreePort();
    private Process _store = null!;
    private RunningSystem _system = null!;
    private Producer _producer = null!;

    public async Task InitializeAsync()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(ProjectPaths.Root, "components", "redis")))
            await File.WriteAllTextAsync(Path.Combine(_components, Path.GetFileName(file)), await File.ReadAllTextAsync(file));
        await File.WriteAllTextAsync(Path.Combine(_components, "statestore.yaml"), $"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: statestore
            spec:
              type: state.redis
              version: v1
              metadata:
              - name: redisHost
                value: "127.0.0.1:{_port}"
              - name: redisPassword
                value: ""
              - name: actorStateStore
                value: "true"
            """);
        _store = StartStore();
        _system = await RunningSystem.StartAsync("--components", _components);
        _producer = new Producer(_system);
    }

    public async Task DisposeAsync()
    {
        _producer.Dispose();
        await _system.DisposeAsync();
        await StopStoreAsync();
        Directory.Delete(_components, recursive: true);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Store_AwayForLongerThanAnEventMayFail_MakesNoDeadLettersAndNoGaps()
    {
        using var limit = new CancellationTokenSource(Limit);
        ProducedBar[] bars = Series.RandomWalk("SO", Bars, seed: 41);
        await _producer.SendAsync(bars[..200], limit.Token);
        await _producer.PointsAsync("SO", 200, Limit);

        await _producer.SendAsync(bars[200..210], limit.Token);
        await StopStoreAsync();
        int sent = await SendUntilRefusedAsync(bars, 210, limit.Token);
        using (var outage = new PeriodicTimer(Outage)) await outage.WaitForNextTickAsync(limit.Token);
        _store = StartStore();
        await _producer.SendAsync(bars[sent..], limit.Token);

        sent.Should().BeGreaterThan(210, "ingestion goes on with what it has reserved");
        (await _producer.PointsAsync("SO", Bars, Limit)).ShouldBeExactly(bars);
        string letters = Path.Combine(_system.Data, "dead-letters");
        (Directory.Exists(letters) ? Directory.GetFiles(letters, "*.json", SearchOption.AllDirectories) : []).Should().BeEmpty();
    }

    /// <summary>Sends bars one by one while they are taken, and half of them at most.</summary>
    private async Task<int> SendUntilRefusedAsync(ProducedBar[] bars, int from, CancellationToken cancellationToken)
    {
        int sent = from;
        for (; sent < bars.Length / 2 + from / 2; sent++)
        {
            using HttpResponseMessage response = await _producer.PostAsync(bars[sent].ToJson(), cancellationToken);
            if (!response.IsSuccessStatusCode) break;
        }

        return sent;
    }

    private Process StartStore() => Process.Start(new ProcessStartInfo("redis-server")
    {
        ArgumentList =
        {
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            "--logfile", Path.Combine(_folder, "log"),
        },
    })!;

    private async Task StopStoreAsync()
    {
        if (!_store.HasExited) _store.Kill();
        await _store.WaitForExitAsync();
        _store.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
