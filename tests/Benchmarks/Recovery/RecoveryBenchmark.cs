using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Benchmarks.Recovery;

/// <summary>How long many symbols take to go on after everything was killed at once, and how large the state of one is.</summary>
internal sealed class RecoveryBenchmark(int symbols, int bars, Action<string> say)
{
    private const string Scenario = "recovery", Source = "recovery";
    private const int PerRequest = 1_000, Together = 20, Sampled = 200;
    private const long Start = 1_700_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>A dashboard follows 1,000 symbols by default.</summary>
    private static readonly Dictionary<string, string> FollowsAll = new(StringComparer.Ordinal) { ["Visualization__MaxSymbols"] = "10000" };

    private readonly string[] _names = [.. Enumerable.Range(0, symbols).Select(i => string.Create(CultureInfo.InvariantCulture, $"R{i:0000}"))];

    /// <summary>The command <c>bench recovery</c>.</summary>
    public static Command Create()
    {
        var symbols = new Option<int>("--symbols") { Description = "Symbols with state.", DefaultValueFactory = _ => 5_000 };
        var bars = new Option<int>("--bars") { Description = "Bars each has before; 220 fill every window.", DefaultValueFactory = _ => 220 };
        bars.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 5_000) result.AddError("--bars must be from 1 to 5000.");
        });
        symbols.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 10_000) result.AddError("--symbols must be from 1 to 10000.");
        });
        var json = new Option<string>("--json")
        {
            Description = "Where the figures are written.", DefaultValueFactory = _ => Path.Combine(ProjectPaths.Root, "artifacts", "bench", "recovery.json"),
        };
        var command = new Command(Scenario, "Measures the time from a start after kill -9 of everything to the first new point of every symbol.") { symbols, bars, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<Measurement> results = await new RecoveryBenchmark(parsed.GetValue(symbols), parsed.GetValue(bars), Console.WriteLine).RunAsync(cancellationToken);
            Report.Print(results);
            await Report.WriteAsync(parsed.GetValue(json)!, results, cancellationToken);
            return 0;
        });
        return command;
    }

    private async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        say($"giving {symbols} symbols {bars} bars each");
        await using RunningSystem system = await RunningSystem.StartAsync(FollowsAll);
        for (int first = 1; first <= bars; first += Together) await SendAsync(system, first, Math.Min(bars, first + Together - 1), limit.Token);
        await SettleAsync(system);
        (double average, double largest) = await StateSizesAsync(system, limit.Token);
        say("killing the runtime, Redis and every service");
        using (Process runtime = Process.GetProcessById((await system.StatusAsync(limit.Token)).GetProperty("pid").GetInt32()))
        {
            runtime.Kill();
            await runtime.WaitForExitAsync(limit.Token);
        }

        long begun = TimeProvider.System.GetTimestamp();
        await system.UpAsync();
        double up = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        say($"up again after {up:0.0} s; one more bar each");
        await using var after = new FirstPoints(system.Dashboard, bars + 1, symbols, begun);
        await after.StartAsync(limit.Token);
        await SendAsync(system, bars + 1, bars + 1, limit.Token);
        await after.All.WaitAsync(limit.Token);
        return
        [
            Measurement.Of(Scenario, "symbols", symbols, ""),
            Measurement.Of(Scenario, "state of a symbol, average", average, "B"),
            Measurement.Of(Scenario, "state of a symbol, largest", largest, "B"),
            Measurement.Of(Scenario, "everything ready after", up, "s"),
            Measurement.Of(Scenario, "first new point of a symbol, p50", after.Seconds.At(0.5), "s"),
            Measurement.Of(Scenario, "first new point of a symbol, p99", after.Seconds.At(0.99), "s"),
            Measurement.Of(Scenario, "first new point of the last symbol", after.Seconds.At(1), "s"),
        ];
    }

    /// <summary>Some bars of every symbol.</summary>
    private async Task SendAsync(RunningSystem system, int first, int last, CancellationToken cancellationToken)
    {
        using var producer = new Producer(system);
        int count = last - first + 1;
        foreach (string[] part in _names.Chunk(PerRequest / count))
            await producer.SendAsync([.. part.SelectMany(name => Enumerable.Range(first, count).Select(sequence => BarOf(name, sequence)))], cancellationToken);
    }

    private async Task SettleAsync(RunningSystem system)
    {
        using var api = new Producer(system);
        await Eventually.GetAsync(
            async ct => (await api.GetAsync("/api/symbols", ct)).EnumerateArray().Sum(symbol => symbol.GetProperty("n").GetInt64()), points => points == (long)symbols * bars, Limit,
            "all points");
    }

    private static ProducedBar BarOf(string symbol, int sequence)
    {
        double close = 100 + (sequence % 7) + (sequence / 300.0);
        return new ProducedBar(symbol, 100, close + 1, 99, close, 10 * sequence, Start + sequence) { Source = Source, Sequence = sequence };
    }

    private async Task<(double Average, double Largest)> StateSizesAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        int port = int.Parse(await File.ReadAllTextAsync(Path.Combine(system.Data, "redis", "port"), cancellationToken), CultureInfo.InvariantCulture);
        await using var redis = new RedisClient(new RedisOptions { Host = "127.0.0.1", Port = port, Label = "bench" }, TimeProvider.System, NullLogger.Instance);
        await redis.StartAsync(cancellationToken);
        string[] keys = [.. _names.Take(Sampled).Select(name => $"processing||SymbolActor||{name}||series")];
        StateRead[] states = await StateCommands.ReadAsync(redis, keys, cancellationToken);
        return (states.Average(state => state.Item?.Data.Length ?? 0), states.Max(state => state.Item?.Data.Length ?? 0));
    }
}
