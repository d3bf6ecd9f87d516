using DaprTrading.Aggregator.History;
using DaprTrading.Backtesting;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>Follows the signals and the bars of one symbol, by the definitions of a backtest. Belongs to one actor.</summary>
/// <remarks>
/// Entry at the open after the signal, exit at the close <c>h</c> bars after the signal's bar, profit after costs. Signals may come before or after the
/// bars that judge them: those that come late are judged by the stored points.
/// </remarks>
internal sealed class FollowUp(AccuracyOptions options, Series<IndicatorPoint> points, ISegmentStore history, string symbol)
{
    private readonly Costs _costs = new(options.CommissionBps / 10_000, options.SlippageBps / 10_000);
    private readonly RecentBars _bars = new();

    /// <summary>Takes in points that continue the series.</summary>
    /// <returns>The base rates after them, and the tallies when a signal was judged.</returns>
    public async Task<(BaseRates Base, SignalTallies? Signals)> ExtendAsync(
        SeriesTail stored, long last, BaseRates? rates, SignalTallies? tallies, IReadOnlyList<IndicatorPoint> added, CancellationToken cancellationToken)
    {
        BaseRates after = Valid(rates).Copy();
        SignalTallies? judged = Valid(tallies) is { } known && known.Concerns(added[0].N, added[^1].N) ? known.Copy() : null;
        if (last > 0 && !_bars.LeadsTo(last))
        {
            foreach (IndicatorPoint point in await StoredAsync(stored, last - RecentBars.Size + 1, last, cancellationToken))
            {
                _bars.Add(point);
            }
        }

        foreach (IndicatorPoint point in added)
        {
            _bars.Add(point);
            after.Count(point.N, _bars, _costs);
            judged?.Close(point.N, _bars, _costs);
        }

        return (after, judged);
    }

    /// <summary>Takes in points that came after later ones: they serve bars and signals that are judged from now on.</summary>
    /// <param name="late">The points.</param>
    /// <param name="last">Index of the last point of the series.</param>
    public void AddLate(IReadOnlyList<IndicatorPoint> late, long last)
    {
        foreach (IndicatorPoint point in late.Where(point => _bars.Contains(last) && point.N > last - RecentBars.Size))
        {
            _bars.Add(point);
        }
    }

    /// <summary>Takes in signals that were not seen before.</summary>
    /// <param name="stored">Where the points are.</param>
    /// <param name="last">Index of the last point; 0 before the first.</param>
    /// <param name="tallies">The tallies so far.</param>
    /// <param name="signals">The signals.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The tallies, and how many signals that waited gave way.</returns>
    public async Task<(SignalTallies Tallies, int Unfollowed)> AddAsync(
        SeriesTail stored, long last, SignalTallies? tallies, IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
    {
        SignalTallies after = (Valid(tallies) ?? SignalTallies.None(options.Rules)).Copy();
        int unfollowed = 0;
        IReadOnlyList<IndicatorPoint> known = [];
        foreach (TradingSignal signal in signals.OrderBy(signal => signal.N))
        {
            PendingSignal waiting = PendingSignal.Of(signal);
            if (signal.N < last)
            {
                long until = Math.Min(last, signal.N + Horizons.Longest);
                if (known.Count == 0 || known[0].N > signal.N + 1 || known[^1].N < until)
                {
                    known = await StoredAsync(stored, signal.N + 1, signal.N + 1_000, cancellationToken);
                }

                Judge(after, waiting, last, known);
            }

            if (signal.N + Horizons.Longest > last && !after.Await(waiting))
            {
                unfollowed++;
            }
        }

        after.Fold();
        return (after, unfollowed);
    }

    private void Judge(SignalTallies tallies, PendingSignal signal, long last, IReadOnlyList<IndicatorPoint> points)
    {
        if (Find(points, signal.N + 1) is not { } entry)
        {
            return;
        }

        for (int i = 0; i < Horizons.All.Count && signal.N + Horizons.All[i] <= last; i++)
        {
            if (Find(points, signal.N + Horizons.All[i]) is { } exit)
            {
                tallies.Count(signal, i, _costs.RoundTrip(signal.Side, entry.Open, exit.Close));
            }
        }
    }

    /// <summary>Stored points of a range, ascending; those that are no longer kept are missing.</summary>
    private async Task<IReadOnlyList<IndicatorPoint>> StoredAsync(SeriesTail stored, long from, long to, CancellationToken cancellationToken)
    {
        var found = new List<IndicatorPoint>();
        foreach (Segment segment in await points.ReadSegmentsAsync(cancellationToken))
        {
            if (segment.Last >= from && segment.First <= to)
            {
                found.AddRange(await history.ReadAsync<IndicatorPoint>(
                    Series<IndicatorPoint>.KeyOf(symbol, "points", segment.Index), cancellationToken));
            }
        }

        found.AddRange(await points.ReadTailAsync(stored, cancellationToken));
        return [.. found.Where(point => point.N >= from && point.N <= to).OrderBy(point => point.N)];
    }

    private static IndicatorPoint? Find(IReadOnlyList<IndicatorPoint> points, long n)
    {
        int guess = points.Count == 0 ? -1 : (int)Math.Clamp(n - points[0].N, -1, points.Count);
        if (guess >= 0 && guess < points.Count && points[guess].N == n)
        {
            return points[guess];
        }

        return points.FirstOrDefault(point => point.N == n);
    }

    private BaseRates Valid(BaseRates? rates) =>
        rates is not null && rates.Rules == options.Rules ? rates : BaseRates.None(options.Rules);

    private SignalTallies? Valid(SignalTallies? tallies) => tallies is not null && tallies.Rules == options.Rules ? tallies.Current() : null;
}
