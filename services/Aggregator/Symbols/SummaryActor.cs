using Dapr.Actors.Runtime;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Ordering;
using DaprTrading.Aggregator.Summaries;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>One symbol: a thin rim around the pure figures. Loads, calculates, seals full segments, stores.</summary>
/// <remarks>
/// A turn stores everything it changes in one transaction and publishes nothing. Summaries are offered to the publisher, which sends the newest:
/// one that never went out because the process died is offered again when the actor is activated. While points wait for a missing one, a periodic
/// reminder wakes the actor up even if nothing else comes; it is taken back the first time it finds nothing waiting.
/// </remarks>
[Actor(TypeName = ActorTypes.Summary)]
internal sealed class SummaryActor(
    ActorHost host, ISegmentStore history, ISymbolRegister directory, ISummarySink publisher, AggregatorMetrics metrics,
    IOptions<AggregatorOptions> options, IOptions<AccuracyOptions> accuracy, TimeProvider time) : Actor(host), ISummaryActor, IRemindable
{
    private const string StateEntry = "summary";
    private const string SignalsEntry = "signals";
    private const string AccuracyEntry = "accuracy";
    private const string GapReminder = "gap";

    /// <summary>How often the reminder looks again within one time-out.</summary>
    private const int LooksPerTimeout = 10;

    /// <summary>How far ahead of its series a point may be: more than any broker keeps.</summary>
    private const long MostAhead = 10_000_000;

    private readonly AggregatorOptions _options = options.Value;
    private FollowUp? _followUp;
    private bool _reminded;

    /// <summary>Since when points can have arrived: the beginning of this activation, or its last failure. Unix milliseconds.</summary>
    private long _reachableSince = time.GetUtcNow().ToUnixTimeMilliseconds();

    private string Symbol => Id.GetId();

    private PointOrder Order => new(StateManager, _options.MaxHeldPoints);

    private Series<IndicatorPoint> Points => new(
        Symbol, new SeriesShape("points", _options.SegmentSize, _options.PointSegments), static point => point.N, StateManager, history);

    private SeenSignals Counted => new(StateManager);

    private FollowUp Followed => _followUp ??= new FollowUp(accuracy.Value, Points, history, Symbol);

    /// <summary>Offers what the actor stands at: whoever held it before may have died before saying so.</summary>
    protected override async Task OnActivateAsync() =>
        Offer((await LoadAsync(CancellationToken.None)).Running, await LoadSignalsAsync(CancellationToken.None));

    public Task ApplyAsync(IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken) => TurnAsync(points, cancellationToken);

    public async Task CountAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        RefuseFarAhead(state, signals.Max(static signal => signal.N));
        SignalCounts before = await LoadCurrentAsync(cancellationToken);
        (List<TradingSignal> added, int forgotten) = await NewAsync(before, signals, cancellationToken);
        if (added.Count == 0)
        {
            Tell(forgotten, 0);
            return;
        }

        SignalCounts after = before.Add(added);
        (SignalTallies tallies, int unfollowed) = await Followed.AddAsync(
            state.Points, state.Running?.N ?? 0, await LoadTalliesAsync(cancellationToken), added, cancellationToken);
        await StateManager.SetStateAsync(SignalsEntry, after, cancellationToken);
        await StateManager.SetStateAsync(AccuracyEntry, tallies, cancellationToken);
        await StateManager.SaveStateAsync(cancellationToken);
        Tell(forgotten, unfollowed);
        Offer(state.Running, after);
    }

    public async Task<SummaryAnswer> SummarizeAsync(CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        return new SummaryAnswer(state.Running?.ToSummary(Symbol, await LoadSignalsAsync(cancellationToken)));
    }

    public async Task<AccuracyAnswer> AccuracyAsync(CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        return new AccuracyAnswer(state.Running?.N ?? 0, state.Base, await LoadTalliesAsync(cancellationToken));
    }

    public async Task<PointSlice> PointsAsync(CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        return new PointSlice(
            await Points.ReadSegmentsAsync(cancellationToken), await Points.ReadTailAsync(state.Points, cancellationToken));
    }

    public async Task<CandleSlice> CandlesAsync(CandleSeries series, CancellationToken cancellationToken)
    {
        SummaryActorState state = await LoadAsync(cancellationToken);
        Series<Candle> candles = CandlesOf(CandleInterval.Bases[series.Base]);
        List<Candle> tail = await candles.ReadTailAsync(state.Candles[series.Base], cancellationToken);
        if (state.Open[series.Base] is { } open)
        {
            tail.Add(open);
        }

        return new CandleSlice(await candles.ReadSegmentsAsync(cancellationToken), tail);
    }

    /// <summary>Looks whether the wait for a missing point is over: if it is, the series goes on without it.</summary>
    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        if (reminderName != GapReminder)
        {
            return;
        }

        _reminded = true;
        if ((await TurnAsync([], CancellationToken.None)).HasGap)
        {
            return;
        }

        await UnregisterReminderAsync(GapReminder);
        _reminded = false;
    }

    /// <summary>What the broker could not deliver during an outage is not missing yet: a gap waits anew when it is over.</summary>
    protected override Task OnActorMethodFailedAsync(ActorMethodContext actorMethodContext, Exception e)
    {
        _reachableSince = Now();
        return Task.CompletedTask;
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Series<Candle> CandlesOf(CandleInterval interval) => new(
        Symbol, new SeriesShape("candles-" + interval.Name, _options.SegmentSize, _options.CandleSegments), static candle => candle.Time,
        StateManager, history);

    private async Task<SummaryActorState> LoadAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SummaryActorState> found = await StateManager.TryGetStateAsync<SummaryActorState>(StateEntry, cancellationToken);
        return found.HasValue ? found.Value.Readable() : SummaryActorState.Empty;
    }

    private async Task<SignalCounts> LoadSignalsAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SignalCounts> found = await StateManager.TryGetStateAsync<SignalCounts>(SignalsEntry, cancellationToken);
        return found.HasValue ? found.Value : SignalCounts.None;
    }

    /// <summary>The count in the layout of this build: what an earlier one remembered beside it goes to the pages.</summary>
    private async Task<SignalCounts> LoadCurrentAsync(CancellationToken cancellationToken)
    {
        SignalCounts stored = await LoadSignalsAsync(cancellationToken);
        foreach ((string strategy, SeenIndexes before) in stored.Seen ?? new Dictionary<string, SeenIndexes>())
        {
            await Counted.TakeOverAsync(strategy, before, cancellationToken);
        }

        return stored.Current();
    }

    /// <summary>The signals that were not counted before, and how many are so old that nobody knows.</summary>
    private async Task<(List<TradingSignal> Added, int Forgotten)> NewAsync(
        SignalCounts counts, IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
    {
        var added = new List<TradingSignal>();
        int forgotten = 0;
        foreach (TradingSignal signal in signals)
        {
            Seen seen = signal.N > (counts.FloorOf(signal.Strategy) ?? long.MaxValue)
                ? await Counted.AddAsync(signal.Strategy, signal.N, cancellationToken)
                : Seen.Forgotten;
            forgotten += seen == Seen.Forgotten ? 1 : 0;
            if (seen == Seen.New)
            {
                added.Add(signal);
            }
        }

        return (added, forgotten);
    }

    private async Task<SignalTallies?> LoadTalliesAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SignalTallies> found = await StateManager.TryGetStateAsync<SignalTallies>(AccuracyEntry, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async Task<PointCursor> TurnAsync(IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        SummaryActorState before = await LoadAsync(cancellationToken);
        RefuseFarAhead(before, points.Count == 0 ? 0 : points[^1].N);
        long now = Now(), waited = now - (long)_options.GapTimeout.TotalMilliseconds;
        OrderedPoints ordered = await Order.AcceptAsync(
            before.Cursor, points, now, _reachableSince <= waited ? waited : long.MinValue, cancellationToken);
        await CommitAsync(before, ordered, cancellationToken);
        return ordered.Cursor;
    }

    /// <summary>An index that no broker can have kept is forged: it would end the series, since nothing between would ever come.</summary>
    private void RefuseFarAhead(SummaryActorState state, long n)
    {
        if (state.Running is not null && n - state.Cursor.Next > MostAhead)
        {
            throw new InvalidDataException($"{Symbol}: index {n} is more than {MostAhead} ahead of {state.Cursor.Next}, which comes next; it is of another series.");
        }
    }

    private async Task CommitAsync(SummaryActorState before, OrderedPoints ordered, CancellationToken cancellationToken)
    {
        await WatchGapAsync(before.Cursor, ordered.Cursor);
        if (ordered is { Ready.Count: 0, Late.Count: 0 } && ordered.Cursor.Held.SequenceEqual(before.Cursor.Held))
        {
            return;
        }

        SummaryActorState after = ordered.Ready.Count == 0 ? before : await ExtendAsync(before, ordered.Ready, cancellationToken);
        if (ordered.Late.Count > 0)
        {
            after = await AddLateAsync(after, ordered.Late, cancellationToken);
        }

        await StateManager.SetStateAsync(
            StateEntry, after with { Version = SummaryActorState.CurrentVersion, Cursor = ordered.Cursor }, cancellationToken);
        await StateManager.SaveStateAsync(cancellationToken);
        Tell(ordered);
        if (ordered.Ready.Count > 0 || ordered.Late.Count > 0)
        {
            Offer(after.Running, await LoadSignalsAsync(cancellationToken));
        }
    }

    private void Tell(int forgotten, int unfollowed)
    {
        metrics.Signals(forgotten, unfollowed);
        if (forgotten > 0)
        {
            Logger.SignalsForgotten(Symbol, forgotten);
        }

        if (unfollowed > 0)
        {
            Logger.SignalsUnfollowed(Symbol, unfollowed, SignalTallies.MostPending);
        }
    }

    private void Tell(OrderedPoints ordered)
    {
        metrics.Added(Symbol, ordered.Ready.Count);
        metrics.Ordered(ordered.Late.Count, ordered.Missing);
        if (ordered.Missing > 0)
        {
            Logger.GapGivenUp(Symbol, ordered.Missing);
        }

        if (ordered.Late.Count > 0)
        {
            Logger.LateAdded(Symbol, ordered.Late.Count, ordered.Late[0].N, ordered.Late[^1].N);
        }
    }

    private async Task<SummaryActorState> ExtendAsync(
        SummaryActorState before, List<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        await directory.AddAsync(Symbol, cancellationToken);
        (BaseRates rates, SignalTallies? judged) = await Followed.ExtendAsync(
            before.Points, before.Running?.N ?? 0, before.Base, await LoadTalliesAsync(cancellationToken), points, cancellationToken);
        if (judged is not null)
        {
            await StateManager.SetStateAsync(AccuracyEntry, judged, cancellationToken);
        }

        var open = new Candle?[CandleInterval.Bases.Count];
        var tails = new SeriesTail[CandleInterval.Bases.Count];
        foreach (CandleInterval interval in CandleInterval.Bases)
        {
            List<Candle> closed = Fold(interval, before.Open[interval.Base], points, out open[interval.Base]);
            tails[interval.Base] = await CandlesOf(interval).AppendAsync(before.Candles[interval.Base], closed, cancellationToken);
        }

        return before with
        {
            Running = RunningSummary.Apply(before.Running, points),
            Open = open,
            Candles = tails,
            Points = await Points.AppendAsync(before.Points, points, cancellationToken),
            Base = rates,
        };
    }

    /// <summary>
    /// Points of a gap that was given up find their place in history and candles, which are put together by index when they are read; of the figures
    /// only those of the day take them in.
    /// </summary>
    private async Task<SummaryActorState> AddLateAsync(
        SummaryActorState before, List<IndicatorPoint> late, CancellationToken cancellationToken)
    {
        Candle?[] open = [.. before.Open];
        SeriesTail[] tails = [.. before.Candles];
        foreach (CandleInterval interval in CandleInterval.Bases)
        {
            List<Candle> parts = CandleMath.Derive(interval, late.Select(point => CandleMath.Of(interval, point)));
            int at = parts.FindIndex(part => part.Time == open[interval.Base]?.Time);
            if (at >= 0)
            {
                open[interval.Base] = CandleMath.Merge(open[interval.Base]!, parts[at]);
                parts.RemoveAt(at);
            }

            tails[interval.Base] = await CandlesOf(interval).AppendAsync(tails[interval.Base], parts, cancellationToken);
        }

        Followed.AddLate(late, before.Running?.N ?? 0);
        return before with
        {
            Running = before.Running?.WithLate(late),
            Open = open,
            Candles = tails,
            Points = await Points.AppendAsync(before.Points, late, cancellationToken),
        };
    }

    private static List<Candle> Fold(CandleInterval interval, Candle? open, List<IndicatorPoint> points, out Candle? after)
    {
        var closed = new List<Candle>();
        after = open;
        foreach (IndicatorPoint point in points)
        {
            after = CandleMath.Add(interval, after, point, out Candle? done);
            if (done is not null)
            {
                closed.Add(done);
            }
        }

        return closed;
    }

    private async Task WatchGapAsync(PointCursor before, PointCursor after)
    {
        if (after.HasGap && !before.HasGap)
        {
            Logger.GapOpened(Symbol, after.Next, after.Held[0].First);
        }

        if (after.HasGap && !_reminded)
        {
            await RegisterReminderAsync(GapReminder, null, _options.GapTimeout, _options.GapTimeout / LooksPerTimeout);
            _reminded = true;
        }
    }

    private void Offer(RunningSummary? running, SignalCounts signals)
    {
        if (running is not null)
        {
            publisher.Offer(Symbol, running, signals);
        }
    }
}

internal static partial class SummaryActorLog
{
    [LoggerMessage(6001, LogLevel.Debug, "{Symbol}: point {Expected} is missing, {Received} is here; waiting for it")]
    public static partial void GapOpened(this ILogger logger, string symbol, long expected, long received);

    [LoggerMessage(6002, LogLevel.Warning, "{Symbol}: {Missing} points did not come; going on without them")]
    public static partial void GapGivenUp(this ILogger logger, string symbol, long missing);

    [LoggerMessage(6003, LogLevel.Warning, "{Symbol}: {Late} points, {First} to {Last}, came after they had been given up; they were added to history and candles")]
    public static partial void LateAdded(this ILogger logger, string symbol, int late, long first, long last);

    [LoggerMessage(6004, LogLevel.Warning, "{Symbol}: {Forgotten} signals are older than what is remembered of those that were counted; they were not counted")]
    public static partial void SignalsForgotten(this ILogger logger, string symbol, int forgotten);

    [LoggerMessage(6005, LogLevel.Warning, "{Symbol}: {Unfollowed} signals are not followed up, because {Most} wait for their bars")]
    public static partial void SignalsUnfollowed(this ILogger logger, string symbol, int unfollowed, int most);
}
