using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Processing;

internal static class SampleBars
{
    /// <summary>A random walk from a seed, one bar a minute, with stretches without movement or volume.</summary>
    public static List<Bar> Of(int seed, int count, string source = "feed")
    {
        var random = new Random(seed);
        double close = 100;
        var bars = new List<Bar>(count);
        for (int i = 1; i <= count; i++)
        {
            double open = close;
            close = random.Next(10) == 0 ? close : Math.Max(1, close + random.NextDouble() * 2 - 1);
            double volume = random.Next(8) == 0 ? 0 : random.Next(1, 5_000);
            bars.Add(new Bar(i * 60_000L, open, Math.Max(open, close) + 0.25, Math.Min(open, close) - 0.25, close, volume, source, i, i));
        }

        return bars;
    }

    /// <summary>Deliveries of the bars: shuffled within <paramref name="reach"/> places, some repeated, of random size.</summary>
    public static List<List<Bar>> Disturbed(IReadOnlyList<Bar> bars, Random random, double reach)
    {
        var keyed = new List<(double At, Bar Bar)>();
        for (int i = 0; i < bars.Count; i++)
        {
            keyed.Add((i + random.NextDouble() * reach, bars[i]));
            if (random.Next(5) == 0)
                keyed.Add((i + random.NextDouble() * reach * 3, bars[i]));
        }

        var batches = new List<List<Bar>>();
        foreach ((double _, Bar bar) in keyed.OrderBy(k => k.At))
        {
            if (batches.Count == 0 || random.Next(5) == 0)
                batches.Add([]);
            batches[^1].Add(bar);
        }

        return batches;
    }
}
