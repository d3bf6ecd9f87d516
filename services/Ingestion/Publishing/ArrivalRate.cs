namespace DaprTrading.Ingestion.Publishing;

/// <summary>Records per second over about the last half second. Not thread-safe.</summary>
internal sealed class ArrivalRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(500);
    private long _windowStart = time.GetTimestamp();
    private int _records;

    public double PerSecond { get; private set; }

    public void Arrived(int records)
    {
        _records += records;
        TimeSpan elapsed = time.GetElapsedTime(_windowStart);
        if (elapsed < Window) return;
        PerSecond = _records / elapsed.TotalSeconds;
        _records = 0;
        _windowStart = time.GetTimestamp();
    }
}
