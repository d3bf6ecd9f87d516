namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>One way measured against another: round by round, one after the other, so that both meet the same machine.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Unit">Unit of a rate.</param>
/// <param name="Events">What counts per operation.</param>
/// <param name="Bound">Smallest ratio wanted; null: none.</param>
/// <param name="Runtime">A round through the runtime.</param>
/// <param name="Bare">A round without it.</param>
internal sealed record Comparison(string Name, string Unit, int Events, double? Bound, Func<Task<Round>> Runtime, Func<Task<Round>> Bare)
{
    private const string Scenario = "dapr";

    /// <summary>Whether Redis takes part, so that its durability matters.</summary>
    public bool Redis { get; init; }

    /// <summary>Warms both up, then measures so many rounds: the median ratio, its spread, the median rates, and the runtime's share of the processor.</summary>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync(int rounds, int warmUps, int runtimePid, Action<string> say)
    {
        for (int i = 0; i < warmUps; i++)
        {
            await Runtime();
            await Bare();
        }

        var (runtime, bare, ratios, cpu) = (new double[rounds], new double[rounds], new double[rounds], new double[rounds]);
        for (int i = 0; i < rounds; i++)
        {
            // Whoever is second finds warmer caches and a fuller disk queue: they take turns.
            if (i % 2 == 0) await ThroughAsync(i);
            bare[i] = (await Bare()).Rate * Events;
            if (i % 2 != 0) await ThroughAsync(i);
            ratios[i] = 100 * runtime[i] / bare[i];
            say($"  {Name}: {runtime[i]:0} against {bare[i]:0} {Unit}, {ratios[i]:0.0} %, {cpu[i]:0.0} us in the runtime");
        }

        string ratio = $"{Name}: median of the bare operations' rate";
        return
        [
            Bound is { } bound ? Measurement.AtLeast(Scenario, ratio, Median(ratios), "%", bound) : Measurement.Of(Scenario, ratio, Median(ratios), "%"),
            Measurement.Of(Scenario, $"{Name}: lowest of {rounds} rounds", ratios.Min(), "%"),
            Measurement.Of(Scenario, $"{Name}: highest", ratios.Max(), "%"),
            Measurement.Of(Scenario, $"{Name}: through the runtime", Median(runtime), Unit),
            Measurement.Of(Scenario, $"{Name}: bare", Median(bare), Unit),
            Measurement.Of(Scenario, $"{Name}: processor time of the runtime each", Median(cpu), "us"),
        ];

        async Task ThroughAsync(int i)
        {
            double before = ProcessUsage.CpuSeconds(runtimePid);
            Round round = await Runtime();
            runtime[i] = round.Rate * Events;
            cpu[i] = 1e6 * (ProcessUsage.CpuSeconds(runtimePid) - before) / (round.Operations * (double)Events);
        }
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
