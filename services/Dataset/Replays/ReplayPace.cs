using DaprTrading.MarketData;

namespace DaprTrading.Dataset.Replays;

/// <summary>When the next bars of a replay are due. Pure.</summary>
/// <param name="replay">Speed of the replay.</param>
/// <param name="bars">Its bars by time.</param>
/// <param name="start">Position the pace begins at.</param>
internal sealed class ReplayPace(Replay replay, IReadOnlyList<FileBar> bars, long start)
{
    /// <summary>How many bars from <paramref name="position"/> on are due after <paramref name="elapsed"/>, at most <paramref name="limit"/>.</summary>
    public int Due(long position, TimeSpan elapsed, int limit)
    {
        int available = (int)Math.Min(limit, bars.Count - position);
        if (replay.BarsPerSecond > 0) return (int)Math.Clamp((elapsed.TotalSeconds * replay.BarsPerSecond) + 1 + start - position, 0, available);
        if (replay.Speed <= 0 || available <= 0) return Math.Max(0, available);

        double now = bars[(int)start].End + (elapsed.TotalMilliseconds * replay.Speed);
        int due = 0;
        while (due < available && bars[(int)position + due].End <= now) due++;
        return due;
    }
}
