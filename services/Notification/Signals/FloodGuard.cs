namespace DaprTrading.Notification.Signals;

/// <summary>Lets through so many signals per second of ingest time and counts the others. Thread-safe, bounded.</summary>
/// <remarks>The same signal gets the same answer while its second is remembered, so a repeat neither counts twice nor changes sides.</remarks>
internal sealed class FloodGuard(int maxPerSecond)
{
    private const int MaxSeconds = 300;
    private const int MaxRememberedPerSecond = 20_000;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Second> _seconds = [];

    /// <summary>The signals of one second that were left out.</summary>
    /// <param name="Second">Unix seconds.</param>
    /// <param name="Count">How many.</param>
    /// <param name="LastBarTime">Bar time of the last one.</param>
    /// <param name="LastIngestedAt">Ingest time of the last one.</param>
    /// <param name="Source">Source of the last one; null when some of that second are recorded data and some are not.</param>
    internal sealed record Excess(long Second, int Count, long LastBarTime, long LastIngestedAt, string? Source);

    /// <summary>Whether a signal is told on its own.</summary>
    public bool Allows(TradingSignal signal)
    {
        lock (_lock)
        {
            Second second = SecondOf(signal.IngestedAt / 1000);
            if (second.Told.Contains(signal.Id))
            {
                return true;
            }

            if (second.Told.Count < maxPerSecond && !second.LeftOut.Contains(signal.Id))
            {
                second.Told.Add(signal.Id);
                return true;
            }

            if (second.LeftOut.Count < MaxRememberedPerSecond && second.LeftOut.Add(signal.Id))
            {
                second.IsMixed |= second.LeftOut.Count > 1 && ReplayMark.IsOn(second.LastSource) != ReplayMark.IsOn(signal.Source);
                (second.LastBarTime, second.LastIngestedAt, second.LastSource) = (signal.BarTime, signal.IngestedAt, signal.Source);
            }

            return false;
        }
    }

    /// <summary>What was left out in seconds that ended a second before <paramref name="now"/> (Unix milliseconds), each once.</summary>
    public List<Excess> TakeExcess(long now)
    {
        lock (_lock)
        {
            var excess = new List<Excess>();
            foreach ((long at, Second second) in _seconds)
            {
                int count = second.LeftOut.Count - second.Reported;
                if (at < (now / 1000) - 1 && count > 0)
                {
                    excess.Add(new Excess(at, count, second.LastBarTime, second.LastIngestedAt, second.IsMixed ? null : second.LastSource));
                    second.Reported = second.LeftOut.Count;
                }
            }

            return excess;
        }
    }

    /// <summary>Has an excess reported again, because telling it failed.</summary>
    public void Return(Excess excess)
    {
        lock (_lock)
        {
            if (_seconds.TryGetValue(excess.Second, out Second? second))
            {
                second.Reported -= excess.Count;
            }
        }
    }

    private Second SecondOf(long at)
    {
        if (!_seconds.TryGetValue(at, out Second? second))
        {
            _seconds[at] = second = new Second();
            while (_seconds.Count > MaxSeconds)
            {
                _seconds.Remove(_seconds.Keys.First());
            }
        }

        return second;
    }

    private sealed class Second
    {
        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);

        public HashSet<string> LeftOut { get; } = new(StringComparer.Ordinal);

        public int Reported { get; set; }

        public long LastBarTime { get; set; }

        public long LastIngestedAt { get; set; }

        public string? LastSource { get; set; }

        public bool IsMixed { get; set; }
    }
}
