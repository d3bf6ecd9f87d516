namespace DaprTrading.Ingestion.Publishing;

/// <summary>Records per second, and per request, over about the last tenth of a second. Not thread-safe.</summary>
internal sealed class ArrivalRate(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private long _windowStart = time.GetTimestamp();
    private int _records;
    private int _requests;

    public double PerSecond { get; private set; }

    public double PerRequest { get; private set; }

    public void Arrived(int records, int requests)
    {
        _records += records;
        _requests += requests;
        TimeSpan elapsed = time.GetElapsedTime(_windowStart);
        if (elapsed < Window) return;
        PerSecond = _records / elapsed.TotalSeconds;
        PerRequest = _requests > 0 ? (double)_records / _requests : 0;
        _records = _requests = 0;
        _windowStart = time.GetTimestamp();
    }
}
