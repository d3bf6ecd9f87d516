using System.CommandLine;
using System.Text.Json;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Tests.Benchmarks.Exactness;

/// <summary>What exactness costs: the ordering core and the indicators per bar, and the state of a symbol in bytes.</summary>
internal static class ExactnessBenchmark
{
    private const string Scenario = "exactness";
    private const double BoundNs = 150;

    /// <summary>The command <c>bench exactness</c>.</summary>
    public static Command Create()
    {
        var command = new Command(Scenario, "Measures the ordering core with the indicators, by BenchmarkDotNet, and the size of a symbol's state.");
        command.SetAction(_ =>
        {
            IReadOnlyList<Measurement> results = [.. Time(), .. States()];
            Report.Print(results);
            return results.Any(result => result.Met == false) ? 1 : 0;
        });
        return command;
    }

    private static IEnumerable<Measurement> Time()
    {
        // In this process, which is built already. The fastest of many short rounds says what the code costs; the median, what else the machine was doing.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(8).WithIterationCount(40).WithInvocationCount(4).WithUnrollFactor(1);
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(NullLogger.Instance);
        Dictionary<string, BenchmarkReport> reports = BenchmarkRunner.Run<ExactnessRounds>(config).Reports
            .ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name, StringComparer.Ordinal);

        double trio = Fastest(nameof(ExactnessRounds.Trio)), whole = Fastest(nameof(ExactnessRounds.OrderedByHundreds));
        yield return Measurement.Of(Scenario, "plain SMA, EMA and RSI, per bar", trio, "ns");
        yield return Measurement.Of(Scenario, "default indicators, per bar", Fastest(nameof(ExactnessRounds.Indicators)), "ns");
        yield return Measurement.AtMost(Scenario, "order and indicators, 100 bars a turn, per bar", whole, "ns", BoundNs);
        yield return Measurement.Of(Scenario, "the same, median", reports[nameof(ExactnessRounds.OrderedByHundreds)].ResultStatistics!.Median, "ns");
        yield return Measurement.Of(Scenario, "order and indicators, 1,000 bars a turn, per bar", Fastest(nameof(ExactnessRounds.OrderedByThousands)), "ns");
        yield return Measurement.Of(Scenario, "order and indicators against the plain ones", whole / trio, "times");

        // Bytes of a turn and bytes of a bar, from turns of two sizes.
        double hundreds = Allocated(nameof(ExactnessRounds.OrderedByHundreds)), thousands = Allocated(nameof(ExactnessRounds.OrderedByThousands));
        double turn = (hundreds - thousands) * ExactnessRounds.Bars / (ExactnessRounds.Bars / 100 - ExactnessRounds.Bars / 1_000);
        // What a round takes once, some hundred bytes for its 100,000 bars, is nobody's.
        yield return Measurement.AtMost(Scenario, "allocated per bar", Math.Round(hundreds - turn / 100, 1), "bytes", 0);
        yield return Measurement.Of(Scenario, "allocated per turn, whatever its size", turn, "bytes");

        double Fastest(string name) => reports[name].ResultStatistics!.Min;
        double Allocated(string name) => (double)reports[name].GcStats.GetTotalAllocatedBytes(excludeAllocationQuantumSideEffects: true)! / reports[name].GcStats.TotalOperations;
    }

    /// <summary>A state as the store gets it: fresh, warm, with outboxes, and with everything that is bounded at its bound.</summary>
    private static IEnumerable<Measurement> States()
    {
        var settings = new SymbolSettings(new OrderingLimits(GapTimeoutMs: 5_000, MaxLateGaps: 64), []);
        yield return Measurement.Of(Scenario, "state of a symbol after 1 bar", Size(After(settings, 1, 1)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 1 bar in the outbox", Size(After(settings, 300, 1)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 100 bars in the outbox", Size(After(settings, 300, 100)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 2,000 bars in the outbox", Size(After(settings, 300, 2_000)), "bytes");
    }

    private static SymbolState After(SymbolSettings settings, int bars, int outbox)
    {
        Bar[] all = [.. Enumerable.Range(1, bars + outbox).Select(i => new Bar(
            1_700_000_000_000 + i * 1_000L, 100.25, 101.5, 99.75, 100.5 + i % 7 * 0.1, 1_000 + i, "generator@ingestion-0123456789ab", i, 1_700_000_000_123 + i))];
        SymbolState state = bars > 1 ? SymbolState.Empty.Apply(all[..bars], 0, settings).After : SymbolState.Empty;
        return state.Apply(bars > 1 ? all[bars..] : all[..1], 0, settings).After;
    }

    private static long Size(SymbolState state) => JsonSerializer.SerializeToUtf8Bytes(state, ProcessingJson.Default.SymbolState).LongLength;
}
