using DaprTrading.Indicators;

namespace DaprTrading.Tests.Benchmarks;

/// <summary>The arithmetic alone: how many bars per second one core turns into the default indicators, and what it allocates.</summary>
internal static class Kernel
{
    private const int Bars = 2_000_000;

    public static IReadOnlyList<Measurement> Run()
    {
        var random = new Random(1);
        double[] closes = [.. Enumerable.Range(0, 4096).Select(_ => 100 + random.NextDouble())];
        var indicators = new IndicatorSet([]);
        Feed(indicators, closes, 200_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long begun = TimeProvider.System.GetTimestamp();
        Feed(indicators, closes, Bars);
        double nanoseconds = TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds / Bars;
        // The clock and the loop around it take a few objects once; per bar that rounds to nothing or to at least one.
        double bytes = Math.Round((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Bars, 2);
        return
        [
            Measurement.Of("indicator kernel", "default set, per bar", nanoseconds, "ns"),
            Measurement.AtMost("indicator kernel", "allocated per bar", bytes, "bytes", 0),
        ];
    }

    private static void Feed(IndicatorSet indicators, double[] closes, int bars)
    {
        for (int i = 0; i < bars; i++)
        {
            double close = closes[i & 4095];
            indicators.Update(i * 1000L, close + 0.5, close - 0.5, close, 10);
        }
    }
}
