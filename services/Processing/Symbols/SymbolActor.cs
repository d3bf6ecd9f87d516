using Dapr.Actors.Runtime;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Symbols;

/// <summary>Turns the bars of one symbol into points: loads the state, has it computed, stores, publishes.</summary>
/// <remarks>
/// The state is stored before its points are published, so what stands under an <c>n</c> is decided once. It holds an outbox: what the last
/// points follow from. A turn publishes the outbox again before anything else unless this activation knows that it was published, and a
/// publish that fails makes the call fail, so the bars are not acknowledged and come again. While bars wait for a missing one, a reminder
/// wakes the actor up even if no further bar comes; it is taken back the first time it finds nothing waiting, not each time a gap closes,
/// because most gaps close within milliseconds. A gap is not given up for time in which nothing could arrive: see <see cref="DaprReach"/>.
/// </remarks>
[Actor(TypeName = ActorTypes.Symbol)]
internal sealed class SymbolActor(
    ActorHost host, SymbolSettings settings, IIndicatorPublisher publisher, ProcessingMetrics metrics, DaprReach reach, TimeProvider time)
    : Actor(host), ISymbolActor, IRemindable
{
    private const string State = "series";
    private const string GapReminder = "gap";

    /// <summary>How often the reminder looks again within one time-out: a gap that opened while another was watched waits that much longer at most.</summary>
    private const int LooksPerTimeout = 10;

    private bool _reminded;

    /// <summary>Since when bars can have arrived: the beginning of this activation, or its last failure. Unix milliseconds.</summary>
    private long _reachableSince = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Up to which point this activation knows the series to be published.</summary>
    private long _publishedN;

    private string Symbol => Id.GetId();

    private TimeSpan GapTimeout => TimeSpan.FromMilliseconds(settings.Limits.GapTimeoutMs);

    /// <inheritdoc/>
    public async Task<ApplyResult> ApplyAsync(BarBatch batch, CancellationToken cancellationToken)
    {
        SymbolTurn turn = await TurnAsync((before, now) => before.Apply(batch.Bars, now, settings), cancellationToken);
        return new ApplyResult(turn.Points.Count, turn.Repeats, turn.Held, turn.Missing);
    }

    /// <inheritdoc/>
    public async Task<ApplyResult> ForgoAsync(BarBatch lost, CancellationToken cancellationToken)
    {
        SymbolTurn turn = await TurnAsync((before, now) => before.Forgo(lost.Bars, now, settings), cancellationToken);
        return new ApplyResult(turn.Points.Count, turn.Repeats, turn.Held, turn.Missing);
    }

    /// <inheritdoc/>
    public async Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        if (reminderName != GapReminder)
            return;

        _reminded = true;
        SymbolTurn turn = await TurnAsync((before, now) => before.Apply([], now, settings), CancellationToken.None);
        if (turn.HasGap)
            return;
        await UnregisterReminderAsync(GapReminder);
        _reminded = false;
    }

    /// <summary>What the broker could not deliver during an outage is not missing yet: a gap waits anew when it is over.</summary>
    protected override Task OnActorMethodFailedAsync(ActorMethodContext actorMethodContext, Exception e)
    {
        _reachableSince = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Task.CompletedTask;
    }

    private async Task<SymbolTurn> TurnAsync(Func<SymbolState, long, SymbolTurn> apply, CancellationToken cancellationToken)
    {
        ConditionalValue<SymbolState> stored = await StateManager.TryGetStateAsync<SymbolState>(State, cancellationToken);
        SymbolState before = stored.HasValue ? stored.Value.Readable().WaitFrom(Math.Max(_reachableSince, reach.Since())) : SymbolState.Empty;
        await PublishOutboxAsync(before, cancellationToken);

        SymbolTurn turn = apply(before, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (turn.HasGap && !_reminded)
            await RemindAsync();
        if (!ReferenceEquals(turn.After, before))
        {
            await StateManager.SetStateAsync(State, turn.After, cancellationToken);
            await StateManager.SaveStateAsync(cancellationToken);
        }

        // What is decided counts, whether or not its points get through at once: a turn that is repeated finds it decided.
        metrics.Count(turn);
        if (turn.Missing > 0)
            Logger.GapGivenUp(Symbol, turn.Missing);
        await PublishAsync(turn.Previous, turn.Points, cancellationToken);
        return turn;
    }

    private async Task PublishOutboxAsync(SymbolState state, CancellationToken cancellationToken)
    {
        if (state.LastN <= _publishedN)
            return;

        IReadOnlyList<IndicatorPoint> points = state.OutboxPoints(settings);
        await PublishAsync(state.Last, points, cancellationToken);
        metrics.Republished(points.Count);
    }

    private async Task PublishAsync(IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        if (points.Count == 0)
            return;
        await publisher.PublishAsync(Symbol, previous, points, cancellationToken);
        _publishedN = points[^1].N;
    }

    private async Task RemindAsync()
    {
        await RegisterReminderAsync(GapReminder, null, GapTimeout, GapTimeout / LooksPerTimeout);
        _reminded = true;
    }
}

internal static partial class SymbolActorLog
{
    [LoggerMessage(2101, LogLevel.Warning, "Goes on without {Missing} bars of {Symbol} that did not come in time or could not be applied")]
    public static partial void GapGivenUp(this ILogger logger, string symbol, long missing);
}
