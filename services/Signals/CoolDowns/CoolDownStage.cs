using DaprTrading.Contracts;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.CoolDowns;

/// <summary>Leaves out what is no signal by the points before it. Costs nothing where no strategy looks back.</summary>
/// <remarks>
/// A delivery holds few of the bars that a strategy looks back on. The others are those this replica saw, or are read from where points are kept: the
/// same points either way, so the answer is the same on every replica, whenever it is given.
/// </remarks>
internal sealed class CoolDownStage(RecentPoints recent, IPastPoints past)
{
    /// <summary>Says how far back is looked from now on.</summary>
    /// <param name="longest">Most points before that of an event that decide it, by the settings in force.</param>
    public void Expect(int longest) => recent.Keep(longest == 0 ? 0 : longest + 1);

    /// <summary>Leaves the signals among the events of a delivery's batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="timeline">The strategies that decide it.</param>
    /// <param name="events">Its events, after those of other batches.</param>
    /// <param name="first">Position of its first event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when that cannot be known now, with the batch's events taken out.</returns>
    public ValueTask<bool> FilterAsync(
        IndicatorBatch batch, StrategyTimeline timeline, List<TradingSignal> events, int first, CancellationToken cancellationToken)
    {
        recent.Add(batch);
        long from = long.MaxValue;
        for (int i = first; i < events.Count; i++)
        {
            int bars = timeline.At(events[i].IngestedAt).LookBackOf(events[i].Strategy);
            if (bars > 0)
                from = Math.Min(from, LookBack.FirstPoint(events[i].N, bars));
        }

        return from == long.MaxValue ? new(true) : new(DecideAsync(batch, timeline, events, first, from, cancellationToken));
    }

    private async Task<bool> DecideAsync(
        IndicatorBatch batch, StrategyTimeline timeline, List<TradingSignal> events, int first, long from, CancellationToken cancellationToken)
    {
        if (await PointsAsync(batch, from, cancellationToken) is not { } points)
        {
            events.RemoveRange(first, events.Count - first);
            return false;
        }

        for (int i = events.Count - 1; i >= first; i--)
        {
            if (!timeline.At(events[i].IngestedAt).IsSignal(events[i], points))
                events.RemoveAt(i);
        }

        return true;
    }

    /// <summary>The points from an index to the end of a batch; null when they are not to be had now.</summary>
    private async Task<IReadOnlyList<IndicatorPoint>?> PointsAsync(IndicatorBatch batch, long from, CancellationToken cancellationToken)
    {
        IReadOnlyList<IndicatorPoint> own = batch.Previous is { } previous ? [previous, .. batch.Points] : batch.Points;
        if (own[0].N <= from)
            return own;
        long to = own[0].N - 1;
        return (recent.Find(batch.Symbol, from, to) ?? await past.ReadAsync(batch.Symbol, from, to, cancellationToken)) is { } earlier
            ? [.. earlier, .. own]
            : null;
    }
}
