using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Sidecars;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Sums the sidecars' message counters and derives rates from readings at least a second apart. Thread-safe.</summary>
internal sealed class TrafficMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _readAt = time.GetTimestamp();
    private long _published, _delivered;
    private TrafficStatus _last = new(0, 0, 0, 0);

    /// <summary>The traffic up to now. A sidecar that has left takes its counts with it.</summary>
    public TrafficStatus Read(IEnumerable<LocalSidecar> sidecars)
    {
        long published = 0, delivered = 0;
        foreach (LocalSidecar sidecar in sidecars)
        {
            published += sidecar.Statistics.Published;
            delivered += sidecar.Statistics.Delivered;
        }

        lock (_gate)
        {
            TimeSpan elapsed = time.GetElapsedTime(_readAt);
            if (elapsed < Window) return _last with { Published = published, Delivered = delivered };

            _last = new TrafficStatus(
                published, delivered, Rate(published - _published, elapsed), Rate(delivered - _delivered, elapsed));
            (_readAt, _published, _delivered) = (time.GetTimestamp(), published, delivered);
            return _last;
        }
    }

    private static double Rate(long count, TimeSpan elapsed) => Math.Round(Math.Max(0, count) / elapsed.TotalSeconds, 1);
}
