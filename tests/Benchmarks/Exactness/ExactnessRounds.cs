using BenchmarkDotNet.Attributes;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Ordering;

namespace DaprTrading.Tests.Benchmarks.Exactness;

/// <summary>What is timed: each round is 100,000 bars of one symbol and one source, in order, warmed up.</summary>
public class ExactnessRounds
{
    /// <summary>Bars of a round.</summary>
    public const int Bars = 100_000;

    private static readonly OrderingLimits Limits = new(MaxLateGaps: 64);
    private readonly PlainTrio _trio = new();
    private readonly IndicatorSet _set = new([]);
    private readonly Bar[][] _hundreds = Batches(100);
    private readonly Bar[][] _thousands = Batches(1_000);

    /// <summary>SMA, EMA and RSI written plainly.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Bars)]
    public double Trio()
    {
        double last = 0;
        foreach (Bar[] batch in _hundreds)
        {
            foreach (Bar bar in batch) last = _trio.Update(bar.Close);
        }

        return last;
    }

    /// <summary>The default set of indicators.</summary>
    [Benchmark(OperationsPerInvoke = Bars)]
    public double Indicators()
    {
        double last = 0;
        foreach (Bar[] batch in _hundreds) last = Update(batch);
        return last;
    }

    /// <summary>The ordering core and the default set, 100 bars to a turn.</summary>
    [Benchmark(OperationsPerInvoke = Bars)]
    public double OrderedByHundreds() => Ordered(_hundreds);

    /// <summary>The same with 1,000 bars to a turn.</summary>
    [Benchmark(OperationsPerInvoke = Bars)]
    public double OrderedByThousands() => Ordered(_thousands);

    private double Ordered(Bar[][] batches)
    {
        SourceCursors cursors = SourceCursors.Start;
        double last = 0;
        foreach (Bar[] batch in batches)
        {
            Ordered<SourceCursors, Bar> ordered = cursors.Apply(batch, 0, Limits);
            cursors = ordered.State;
            last = Update(ordered.Released);
        }

        return last;
    }

    private double Update(IReadOnlyList<Bar> bars)
    {
        double last = 0;
        for (int i = 0; i < bars.Count; i++)
        {
            Bar bar = bars[i];
            last = _set.Update(bar.Time, bar.High, bar.Low, bar.Close, bar.Volume).Rsi14;
        }

        return last;
    }

    private static Bar[][] Batches(int size)
    {
        var random = new Random(1);
        double close = 100;
        var bars = new Bar[Bars];
        for (int i = 0; i < Bars; i++)
        {
            double open = close;
            close *= 1 + 0.01 * (random.NextDouble() - 0.5);
            bars[i] = new Bar(i * 1_000L, open, Math.Max(open, close) * 1.001, Math.Min(open, close) * 0.999, close, random.Next(1, 1_000), "bench", i + 1, i);
        }

        return [.. bars.Chunk(size)];
    }
}
