using System.CommandLine;
using DaprTrading.Tests.Benchmarks;
using DaprTrading.Tests.Benchmarks.Dapr;
using DaprTrading.Tests.Benchmarks.Exactness;
using DaprTrading.Tests.Benchmarks.Line;
using DaprTrading.Tests.Benchmarks.Recovery;
using DaprTrading.Tests.Testing;

Option<int> rate = new("--rate") { Description = "Bars per second of the full-rate run.", DefaultValueFactory = _ => 5_000 };
Option<int> seconds = new("--seconds") { Description = "Length of the full-rate run.", DefaultValueFactory = _ => 60 };
Option<int> symbols = new("--symbols") { Description = "Symbols of the full-rate run.", DefaultValueFactory = _ => 50 };
Option<int> watch = new("--watch") { Description = "Symbols the connected dashboard watches.", DefaultValueFactory = _ => 50 };
Option<int> idle = new("--idle-seconds") { Description = "Length of the idle measurement.", DefaultValueFactory = _ => 20 };
Option<string> json = new("--json") { Description = "Where the figures are written.", DefaultValueFactory = _ => Path.Combine(ProjectPaths.Root, "artifacts", "bench", "line.json") };
Option<string[]> scenarios = new("--scenario") { Description = "start, idle, single or full; all when left out.", AllowMultipleArgumentsPerToken = true };
scenarios.AcceptOnlyFromAmong(LineBenchmark.Start, LineBenchmark.Idle, LineBenchmark.Single, LineBenchmark.Full);
var command = new RootCommand("Measures the whole system and prints figures with their targets.") { rate, seconds, symbols, watch, idle, json, scenarios };
command.Subcommands.Add(BacktestBenchmark.Create());
command.Subcommands.Add(DaprBenchmark.Create());
command.Subcommands.Add(RecoveryBenchmark.Create());
command.Subcommands.Add(BenchApp.Create());
command.Subcommands.Add(ExactnessBenchmark.Create());
command.SetAction(async (parsed, cancellationToken) =>
{
    var options = new LineOptions(
        parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(symbols), parsed.GetValue(watch), 200, 20, parsed.GetValue(idle),
        (parsed.GetValue(scenarios) ?? []).ToHashSet(StringComparer.Ordinal));
    IReadOnlyList<Measurement> results = [.. Kernel.Run(), .. await new LineBenchmark(options, Console.WriteLine).RunAsync(cancellationToken)];
    Report.Print(results);
    await Report.WriteAsync(parsed.GetValue(json)!, results, cancellationToken);
    return results.Any(result => result.Met == false) ? 1 : 0;
});
return await command.Parse(args).InvokeAsync();
