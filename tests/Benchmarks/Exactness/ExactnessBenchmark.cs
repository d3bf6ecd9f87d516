using System.CommandLine;
using System.Globalization;
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

    /// <summary>A sidecar takes requests of 4 MiB; the state of a symbol is written with one.</summary>
    private const double StateBound = 3_000_000;

    private const int BarsOfACall = 2_000, LongestName = 128;

    /// <summary>The defaults of processing.</summary>
    private static readonly OrderingLimits Limits = new(MaxHeld: 10_000, GapTimeoutMs: 90_000, MaxSources: 64, MaxLateGaps: 64);

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
        // In this process, which is built already. The bound is on the median of many short rounds; the fastest says what the code costs on an idle machine.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(8).WithIterationCount(40).WithInvocationCount(4).WithUnrollFactor(1);
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(NullLogger.Instance);
        Dictionary<string, BenchmarkReport> reports = BenchmarkRunner.Run<ExactnessRounds>(config).Reports
            .ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name, StringComparer.Ordinal);

        double trio = Median(nameof(ExactnessRounds.Trio)), whole = Median(nameof(ExactnessRounds.OrderedByHundreds));
        yield return Measurement.Of(Scenario, "plain SMA, EMA and RSI, per bar", trio, "ns");
        yield return Measurement.Of(Scenario, "default indicators, per bar", Median(nameof(ExactnessRounds.Indicators)), "ns");
        yield return Measurement.AtMost(Scenario, "order and indicators, 100 bars a turn, per bar", whole, "ns", BoundNs);
        yield return Measurement.Of(Scenario, "the same, fastest round", reports[nameof(ExactnessRounds.OrderedByHundreds)].ResultStatistics!.Min, "ns");
        yield return Measurement.Of(Scenario, "order and indicators, 1,000 bars a turn, per bar", Median(nameof(ExactnessRounds.OrderedByThousands)), "ns");
        yield return Measurement.Of(Scenario, "order and indicators against the plain ones", whole / trio, "times");

        // Bytes of a turn and bytes of a bar, from turns of two sizes.
        double hundreds = Allocated(nameof(ExactnessRounds.OrderedByHundreds)), thousands = Allocated(nameof(ExactnessRounds.OrderedByThousands));
        double turn = (hundreds - thousands) * ExactnessRounds.Bars / (ExactnessRounds.Bars / 100 - ExactnessRounds.Bars / 1_000);
        // What a round takes once, some hundred bytes for its 100,000 bars, is nobody's.
        yield return Measurement.AtMost(Scenario, "allocated per bar", Math.Round(hundreds - turn / 100, 1), "bytes", 0);
        yield return Measurement.Of(Scenario, "allocated per turn, whatever its size", turn, "bytes");

        double Median(string name) => reports[name].ResultStatistics!.Median;
        double Allocated(string name) => (double)reports[name].GcStats.GetTotalAllocatedBytes(excludeAllocationQuantumSideEffects: true)! / reports[name].GcStats.TotalOperations;
    }

    /// <summary>A state as the store gets it: fresh, warm, with outboxes, and with everything that is bounded at its bound.</summary>
    private static IEnumerable<Measurement> States()
    {
        var settings = new SymbolSettings(Limits, []);
        yield return Measurement.Of(Scenario, "state of a symbol after 1 bar", Size(After(settings, 1, 1)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 1 bar in the outbox", Size(After(settings, 300, 1)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 100 bars in the outbox", Size(After(settings, 300, 100)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 2,000 bars in the outbox", Size(After(settings, 300, 2_000)), "bytes");
        yield return Measurement.Of(Scenario, "state, warm, 10,000 bars held", Size(Hold(After(settings, 300, 1), "feed", Limits.MaxHeld, settings)), "bytes");
        yield return Measurement.AtMost(Scenario, "state, everything at its bound", Size(Full(settings)), "bytes", StateBound);
    }

    private static SymbolState After(SymbolSettings settings, int bars, int outbox)
    {
        Bar[] all = [.. Enumerable.Range(1, bars + outbox).Select(i => new Bar(
            1_700_000_000_000 + i * 1_000L, 100.25, 101.5, 99.75, 100.5 + i % 7 * 0.1, 1_000 + i, "generator@ingestion-0123456789ab", i, 1_700_000_000_123 + i))];
        SymbolState state = bars > 1 ? SymbolState.Empty.Apply(all[..bars], 0, settings).After : SymbolState.Empty;
        return state.Apply(bars > 1 ? all[bars..] : all[..1], 0, settings).After;
    }

    /// <summary>Much was held and became due together with a delivery of as many sources as bars, and then as much is held again, with gaps known in every source.</summary>
    private static SymbolState Full(SymbolSettings settings)
    {
        SymbolState state = Hold(SymbolState.Empty, "first", Limits.MaxHeld, settings);
        state = state.Apply([.. Enumerable.Range(0, BarsOfACall).Select(i => WideBar(new string('"', LongestName - 4) + i.ToString("0000", CultureInfo.InvariantCulture), 1))], 0, settings).After;
        foreach (string source in state.Cursors.Sources.Select(source => source.Source).ToArray())
        {
            state = Hold(state, source, Limits.MaxHeld / Limits.MaxSources, settings);
            state = state.Forgo([.. Enumerable.Range(0, Limits.MaxLateGaps).Select(i => WideBar(source, (1L << 53) - (2 * i)))], 0, settings).After;
        }

        return state;
    }

    private static SymbolState Hold(SymbolState state, string source, int bars, SymbolSettings settings)
    {
        foreach (int[] numbers in Enumerable.Range(3, bars).Chunk(BarsOfACall))
            state = state.Apply([.. numbers.Select(number => WideBar(source, number))], 0, settings).After;
        return state;
    }

    private static Bar WideBar(string source, long sequence) => new(1L << 53, 1.0 / 3, 2.0 / 3, 1.0 / 7, 1.0 / 3, 1e15 / 3, source, sequence, 1L << 53);

    private static long Size(SymbolState state) => JsonSerializer.SerializeToUtf8Bytes(state, ProcessingJson.Default.SymbolState).LongLength;
}
