using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>Points for tests.</summary>
internal static class APoint
{
    public const long Start = 1_700_006_400_000;   // 2023-11-15T00:00:00Z

    public static IndicatorPoint At(long n, long time, double close, double volume = 10) => new()
    {
        N = n, Time = time, Open = close - 0.25, High = close + 1, Low = close - 1, Close = close, Volume = volume, Source = "test",
        IngestedAt = time + 5,
    };

    /// <summary>A random walk from index 1 on; now and then a bar is stamped up to <paramref name="skewMs"/> early.</summary>
    public static List<IndicatorPoint> Walk(int count, int seed, long stepMs = 700, long skewMs = 0)
    {
        var random = new Random(seed);
        double price = 100;
        var points = new List<IndicatorPoint>();
        for (int n = 1; n <= count; n++)
        {
            price *= Math.Exp((random.NextDouble() - 0.5) / 50);
            long skew = random.Next(4) == 0 ? random.NextInt64(skewMs + 1) : 0;
            points.Add(At(n, Start + (n * stepMs) - skew, price, random.Next(0, 1000)));
        }

        return points;
    }
}
