namespace DaprTrading.Ingestion.BackPressure;

/// <summary>The part that speaks of the record: what this process has reserved in it, and what others published.</summary>
internal sealed partial class BackPressureGate
{
    private const int ReservesOfTheBound = 20;
    private const int MaxSteps = 32;

    /// <summary>How long a process may publish what it reserved; then others take the reserve for events of that time.</summary>
    private const long LeaseMs = 10_000;

    /// <summary>The part of the lease that is left for a publish to get under way.</summary>
    private const long LeaseMarginMs = 2_000;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heard = new(StringComparer.Ordinal);
    private readonly int _reserve;
    private List<UnreadShare> _others = [];
    private (long UpTo, long Until) _promised;
    private long _published, _reservedUpTo, _leaseUntil, _publishedAt;
    private bool _loaded, _shared;

    /// <summary>Whether the record already speaks of so many further events.</summary>
    public bool Covers(int events)
    {
        lock (_lock) return _published + events <= _reservedUpTo && Now() <= _leaseUntil;
    }

    /// <summary>Whether the record no longer says what is so, or may say something new.</summary>
    public bool IsRenewalDue()
    {
        lock (_lock)
            return !_loaded || _shared || _others.Count > 0 || _ledger.Unread > 0 || _followers.Keys.Any(app => _known.Contains(app) && !_heard.Contains(app));
    }

    /// <summary>The record with this process's share as it is now, and room in it for further events.</summary>
    /// <param name="stored">The record as it is stored.</param>
    /// <param name="events">Events that are about to be published; with none now and for a while, nothing is reserved.</param>
    /// <param name="leaving">The process ends and publishes nothing further.</param>
    /// <returns>What is to be stored before <see cref="Renewed"/>; the same object when nothing is.</returns>
    /// <exception cref="TooMuchUnreadException">With these events it would be more than twice the bound.</exception>
    public UnreadRecord Renew(UnreadRecord stored, int events = 0, bool leaving = false)
    {
        long now = Now();
        lock (_lock)
        {
            Learn(stored);
            long room = (2L * _bound) - _ledger.Unread - OthersUnread();
            if (events > room && room < 2L * _bound) throw new TooMuchUnreadException(_last!.App, _bound);
            bool busy = events > 0 || now - _publishedAt < LeaseMs;
            long reserve = leaving || !busy ? 0 : Math.Max(events, Math.Min(_reserve, Math.Max(0, room)));
            _reservedUpTo = Math.Min(_reservedUpTo, _published + reserve);
            _promised = (_published + reserve, now + LeaseMs - LeaseMarginMs);

            List<UnreadStep> steps = _ledger.Steps(MaxSteps);
            if (reserve > 0) steps.Add(new UnreadStep(now + LeaseMs, reserve));
            _shared = steps.Count > 0;
            if (_shared) return With([.. _others, new UnreadShare(_self.Name, steps)], stored);
            // Without a share of its own, and nothing to forget or to add, there is nothing to write.
            bool same = Steps(_others) == Steps(stored.Shares) && !_followers.Keys.Any(app => _known.Contains(app) && !stored.Heard.Contains(app));
            return same ? stored : With(_others, stored);
        }
    }

    /// <summary>Takes note that what <see cref="Renew"/> made is stored.</summary>
    public void Renewed()
    {
        lock (_lock) (_reservedUpTo, _leaseUntil) = _promised;
    }

    private void Learn(UnreadRecord stored)
    {
        _loaded = true;
        long handled = _last?.HandledUntil ?? 0;
        _others =
        [
            .. stored.Shares.Where(share => share.Instance != _self.Name)
                .Select(share => share with { Steps = [.. share.Steps.Where(step => step.Until > handled)] }).Where(share => share.Steps.Count > 0),
        ];
        _heard.UnionWith(stored.Heard);
        _known.UnionWith(stored.Heard);
        SetReady();
    }

    private void SetReady()
    {
        if (Unknown() is null) _ready.TrySetResult();
    }

    private string? Unknown()
    {
        if (!_loaded) return "It is not known yet what is unread.";
        string[] silent = [.. _followers.Keys.Where(app => !_known.Contains(app))];
        return silent.Length == 0
            ? null
            : $"Nothing was ever heard of {string.Join(", ", silent)}: what is accepted now might not reach it. "
                + $"Start it, or take it off {BackPressureOptions.Section}:WaitFor.";
    }

    private long OthersUnread()
    {
        long handled = _last!.HandledUntil, unread = 0;
        foreach (UnreadShare share in _others)
        {
            foreach (UnreadStep step in share.Steps) unread += step.Until > handled ? step.Events : 0;
        }

        return unread;
    }

    private UnreadRecord With(IReadOnlyList<UnreadShare> shares, UnreadRecord stored) =>
        new(shares, [.. stored.Heard.Union(_followers.Keys.Where(_known.Contains), StringComparer.Ordinal)]);

    private static int Steps(IReadOnlyList<UnreadShare> shares) => shares.Sum(share => share.Steps.Count);
}
