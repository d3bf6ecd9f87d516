using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Any language can join: a Python program with nothing but its standard library subscribes to signals through its sidecar.</summary>
public sealed class PolyglotTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task PythonApp_SubscribedToSignals_ReceivesWhatTheRestApiShows()
    {
        string runFile = WriteRunFile();
        await using RunningSystem system = await RunningSystem.StartAsync("--file", runFile);
        using var producer = new Producer(system);
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(Limit);
        int port = (await system.InstancesAsync("signal-reader", limit.Token))[0].GetProperty("appPort").GetInt32();

        await producer.SendAsync(Series.RandomWalk("PY", 400, seed: 9), limit.Token);
        await producer.PointsAsync("PY", 400, Limit);
        var (received, expected) = await Eventually.GetAsync(
            async ct => (
                SignalIds(JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/received", ct)).RootElement),
                SignalIds(await producer.GetAsync("/api/signals?symbol=PY&limit=1000", ct))),
            seen => seen.Item1.Length > 10 && seen.Item1.SequenceEqual(seen.Item2, StringComparer.Ordinal), Limit, "the same signals at the Python app and the REST API");

        expected.Should().NotBeEmpty();
        received.Should().BeEquivalentTo(expected);
        File.Delete(runFile);
    }

    private static string[] SignalIds(JsonElement signals) =>
        signals.EnumerateArray().Select(signal => signal.GetProperty("id").GetString()!).Distinct().Order(StringComparer.Ordinal).ToArray();

    /// <summary>The project's run file with one more app. It lies beside the original, so that relative paths mean the same.</summary>
    private static string WriteRunFile()
    {
        string folder = Path.Combine(ProjectPaths.Root, "deploy", "dapr");
        string script = Path.Combine(AppContext.BaseDirectory, "polyglot", "signal_reader.py");
        string text = File.ReadAllText(Path.Combine(folder, "dapr.yaml")) + $"""
              - appID: signal-reader
                appDirPath: {Path.GetDirectoryName(script)}
                appPort: 5199
                command: [python3, {script}]

            """;
        string path = Path.Combine(folder, $".polyglot-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
