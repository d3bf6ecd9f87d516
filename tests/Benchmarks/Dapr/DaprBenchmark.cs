using System.CommandLine;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>What the local runtime costs: its operations against the bare ones on the same app, the same Redis and the same client settings.</summary>
internal sealed class DaprBenchmark
{
    private const int Instances = 16;
    private const double MaxMegabytes = 150;
    private readonly Option<int> _rounds = new("--rounds") { Description = "Measured rounds of each comparison.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _warmUps = new("--warm-ups") { Description = "Rounds before that.", DefaultValueFactory = _ => 3 };
    private readonly Option<double> _size = new("--size") { Description = "Size of a round; 1: a second or two.", DefaultValueFactory = _ => 1 };
    private readonly Option<string[]> _sync = new("--appendfsync")
    {
        // Without syncing only processor time counts, which is the harder case; the system itself runs with always.
        Description = "When Redis syncs its log, for both sides: always, everysec, no; may be repeated (default: no and always).",
        DefaultValueFactory = _ => ["no", "always"],
    };

    private readonly Option<string?> _only = new("--only") { Description = "Only comparisons whose name begins so, e.g. invoke.", HelpName = "NAME" };
    private readonly Option<string> _json = new("--json")
    {
        Description = "Where the figures are written.", DefaultValueFactory = _ => Path.Combine(ProjectPaths.Root, "artifacts", "bench", "dapr.json"),
    };

    /// <summary>The command <c>bench dapr</c>.</summary>
    public static Command Create()
    {
        var bench = new DaprBenchmark();
        var command = new Command("dapr", "Measures the local runtime against the bare operations.") { bench._rounds, bench._warmUps, bench._size, bench._sync, bench._only, bench._json };
        command.SetAction(bench.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using DaprSystem system = await DaprSystem.StartAsync(cancellationToken);
        await using BareRedis redis = await BareRedis.OpenAsync(system.Redis, cancellationToken);
        using var comparisons = new DaprComparisons(system, redis, cancellationToken);
        var results = new List<Measurement>();
        foreach (Comparison comparison in comparisons.All(parsed.GetValue(_size)).Where(c => c.Name.StartsWith(parsed.GetValue(_only) ?? "", StringComparison.Ordinal)))
        {
            foreach (string sync in comparison.Redis ? parsed.GetValue(_sync)! : ["no"])
            {
                await redis.SetSyncAsync(sync, cancellationToken);
                Comparison named = comparison.Redis ? comparison with { Name = $"{comparison.Name}, fsync {sync}" } : comparison;
                results.AddRange(await named.MeasureAsync(parsed.GetValue(_rounds), parsed.GetValue(_warmUps), system.RuntimePid, Console.WriteLine));
            }
        }

        results.AddRange(await MemoryAsync(system, cancellationToken));
        Report.Print(results);
        await Report.WriteAsync(parsed.GetValue(_json)!, results, cancellationToken);
        return results.Any(result => result.Met == false) ? 1 : 0;
    }

    private static async Task<IReadOnlyList<Measurement>> MemoryAsync(DaprSystem system, CancellationToken cancellationToken)
    {
        double loaded = ProcessUsage.ResidentMegabytes(system.RuntimePid);
        await system.ScaleAsync(Instances, cancellationToken);
        return
        [
            Measurement.Of("dapr", "resident memory of the runtime after the load", loaded, "MB"),
            Measurement.AtMost("dapr", $"resident memory of the runtime with {Instances} instances", ProcessUsage.ResidentMegabytes(system.RuntimePid), "MB", MaxMegabytes),
        ];
    }
}
