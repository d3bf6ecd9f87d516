using System.Numerics;

namespace DaprTrading.Visualization.Live;

/// <summary>The spread of latencies over the last minute.</summary>
/// <param name="P50">Median, milliseconds; null when nothing was measured.</param>
/// <param name="P95">95 of 100 are not slower, milliseconds.</param>
/// <param name="P99">99 of 100 are not slower, milliseconds.</param>
/// <param name="Count">Points measured.</param>
internal sealed record Latency(double? P50, double? P95, double? P99, long Count);

/// <summary>Counts latencies in buckets of at most 1/16 width, one set per second, over the last 60 s. Thread-safe, fixed size.</summary>
internal sealed class LatencyWindow
{
    private const int Seconds = 60;
    private const int Sub = 16;
    private const int SubBits = 4;
    private const int MaxBits = 24;
    private const int Buckets = Sub + ((MaxBits - SubBits) * Sub);
    private readonly Lock _lock = new();
    private readonly int[][] _counts = [.. Enumerable.Range(0, Seconds).Select(_ => new int[Buckets])];
    private readonly long[] _second = new long[Seconds];

    /// <summary>Adds a latency.</summary>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="latencyMs">Milliseconds; below zero, when clocks differ, counts as zero.</param>
    public void Add(long now, long latencyMs)
    {
        lock (_lock)
        {
            long second = now / 1000;
            int slot = (int)(second % Seconds);
            if (_second[slot] != second)
            {
                Array.Clear(_counts[slot]);
                _second[slot] = second;
            }

            _counts[slot][BucketOf(latencyMs)]++;
        }
    }

    /// <summary>The spread over the 60 s before <paramref name="now"/> (Unix milliseconds).</summary>
    public Latency Read(long now)
    {
        var sum = new long[Buckets];
        lock (_lock)
        {
            for (int slot = 0; slot < Seconds; slot++)
            {
                if (_second[slot] <= (now / 1000) - Seconds || _second[slot] > now / 1000)
                {
                    continue;
                }

                for (int bucket = 0; bucket < Buckets; bucket++)
                {
                    sum[bucket] += _counts[slot][bucket];
                }
            }
        }

        long count = sum.Sum();
        return new Latency(Percentile(sum, count, 0.5), Percentile(sum, count, 0.95), Percentile(sum, count, 0.99), count);
    }

    private static double? Percentile(long[] sum, long count, double share)
    {
        long rank = (long)Math.Ceiling(count * share);
        long seen = 0;
        for (int bucket = 0; bucket < sum.Length && count > 0; bucket++)
        {
            seen += sum[bucket];
            if (seen >= rank)
            {
                return MiddleOf(bucket);
            }
        }

        return null;
    }

    private static int BucketOf(long value)
    {
        long bounded = Math.Clamp(value, 0, (1L << MaxBits) - 1);
        if (bounded < Sub)
        {
            return (int)bounded;
        }

        int shift = BitOperations.Log2((ulong)bounded) - SubBits;
        return Sub + (shift * Sub) + (int)((bounded >> shift) - Sub);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Sub)
        {
            return bucket;
        }

        int shift = (bucket - Sub) / Sub;
        long low = (long)(((bucket - Sub) % Sub) + Sub) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}
