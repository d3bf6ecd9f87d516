using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>Holds producers back while the services behind have too much to read. Thread-safe.</summary>
/// <remarks>
/// <para>
/// Nothing asks the broker. What this process published is counted here; how far each service has come is in its heartbeats. The service that is furthest
/// behind counts; one behind processing that has handled all processing published is as far as processing, which publishes nothing for repeats. What other
/// ingestion processes published, those before this one included, is in a record they share: see <see cref="UnreadBook"/>.
/// </para>
/// <para>
/// Once closed, the gate opens at four fifths of the bound. A service that is alive but shows no progress for a while may have nothing left to read, because
/// its events went to the dead letters or the broker lost them: then single small requests are let through, and the first
/// one that is handled opens the gate. Nothing goes beyond twice the bound.
/// </para>
/// </remarks>
internal sealed class BackPressureGate
{
    private const int StepsOfTheBound = 500;
    private const int ReservesOfTheBound = 20;
    private const long AliveMs = 15_000;
    private const long ProbeMs = 10_000;
    private const int MaxProbeRecords = 100;
    private const int MaxSteps = 32;

    /// <summary>How long a process may publish what it reserved; then others take the reserve for events of that time.</summary>
    private const long LeaseMs = 10_000;

    /// <summary>The part of the lease that is left for a publish to get under way.</summary>
    private const long LeaseMarginMs = 2_000;

    private readonly Lock _lock = new();
    private readonly int _bound;
    private readonly ServiceInstance _self;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, Follower> _followers;
    private readonly UnreadLedger _ledger;
    private Follower? _last;
    private readonly Levels _processing = new();
    private long _probedAt;
    private bool _closed;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _reserve;
    private readonly HashSet<string> _heard = new(StringComparer.Ordinal);
    private List<UnreadShare> _others = [];
    private (long UpTo, long Until) _promised;
    private long _published, _reservedUpTo, _leaseUntil, _publishedAt;
    private bool _loaded, _shared;

    public BackPressureGate(IOptions<BackPressureOptions> options, ServiceInstance self, TimeProvider time, ILogger<BackPressureGate> logger)
    {
        _bound = options.Value.MaxUnreadEvents;
        _self = self;
        _time = time;
        _logger = logger;
        _ledger = new UnreadLedger(Math.Max(1, _bound / StepsOfTheBound));
        // A service of which nothing was heard has handled nothing.
        _followers = options.Value.Services.Distinct(StringComparer.Ordinal).ToDictionary(
            app => app, app => new Follower(app) { ProgressAt = self.StartedAt }, StringComparer.Ordinal);
        _last = _followers.Values.FirstOrDefault();
        _reserve = Math.Max(1, _bound / ReservesOfTheBound);
        if (IsOff) _ready.SetResult();
    }

    /// <summary>Nobody is ever held back.</summary>
    public bool IsOff => _bound == 0 || _last is null;

    /// <summary>Ends once the record was read and every service was heard of; what was accepted before could be lost or be too much.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Takes note of events that are being published.</summary>
    /// <param name="until">Newest ingest time of their bars, Unix milliseconds.</param>
    /// <param name="events">How many.</param>
    public void Published(long until, int events)
    {
        lock (_lock)
        {
            _ledger.Published(until, events);
            _published += events;
            _publishedAt = Now();
            if (_last is null) _ledger.Handled(until);
        }
    }

    /// <summary>Takes a heartbeat of whatever service.</summary>
    public void Heard(Heartbeat beat)
    {
        long now = Now();
        lock (_lock)
        {
            if (beat.App == AppIds.Processing) _processing.Add(Math.Min(beat.HandledUntil ?? 0, now), beat.PublishedUntil ?? 0);
            if (!_followers.TryGetValue(beat.App, out Follower? follower)) return;

            follower.HeardAt = Math.Max(follower.HeardAt, Math.Min(beat.Time, now));
            follower.Said = Math.Max(follower.Said, Math.Min(beat.HandledUntil ?? 0, now));
            _known.Add(beat.App);
            SetReady();
            Measure(now);
        }
    }

    /// <summary>Whether bars may be published now.</summary>
    /// <param name="pending">Records that were let in and are not published yet.</param>
    /// <param name="records">Records of the request.</param>
    /// <returns>Null, or what to tell the producer.</returns>
    public Refusal? Check(int pending, int records)
    {
        if (IsOff) return null;
        long now = Now();
        lock (_lock)
        {
            if (Unknown() is { } reason) return new Refusal("", 0, _bound, 1) { Reason = reason };
            long bound = _bound, unread = _ledger.Unread + OthersUnread();
            // Each record that waits to be published may become an event of its own, but seldom does: that is what the second bound is for.
            bool beyond = unread + pending + Math.Min(records, bound) > 2 * bound;
            bool tooMuch = (_closed ? unread > bound * 4 / 5 : unread >= bound) || beyond;
            if (tooMuch != _closed) Turn(tooMuch, unread, bound);
            if (!tooMuch || (!beyond && records <= MaxProbeRecords && IsProbe(now))) return null;
            return new Refusal(_last!.App, unread, bound, _last.IsAlive(now) ? 2 : 5);
        }
    }

    /// <summary>Whether the record already speaks of so many further events.</summary>
    public bool Covers(int events)
    {
        lock (_lock) return _published + events <= _reservedUpTo && Now() <= _leaseUntil;
    }

    /// <summary>Whether the record no longer says what is so, or may say something new.</summary>
    public bool IsRenewalDue()
    {
        lock (_lock) return !_loaded || _shared || _others.Count > 0 || _ledger.Unread > 0 || _followers.Keys.Any(app => IsNews(app));
    }

    /// <summary>The record with this process's share as it is now, and room in it for further events.</summary>
    /// <param name="stored">The record as it is stored.</param>
    /// <param name="events">Events that are about to be published; the share is made with none in reserve when there were none for a while either.</param>
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
            long reserve = leaving || !busy ? 0 : Math.Clamp(Math.Max(events, _reserve), 0, Math.Max(0, room));
            _reservedUpTo = Math.Min(_reservedUpTo, _published + reserve);
            _promised = (_published + reserve, now + LeaseMs - LeaseMarginMs);

            List<UnreadStep> steps = _ledger.Steps(MaxSteps);
            if (reserve > 0) steps.Add(new UnreadStep(now + LeaseMs, reserve));
            _shared = steps.Count > 0;
            bool shared = stored.Shares.Any(share => share.Instance == _self.Name);
            if (!_shared && !shared && _others.Sum(share => share.Steps.Count) == stored.Shares.Sum(share => share.Steps.Count) && !_followers.Keys.Any(app => IsNews(app, stored)))
                return stored;
            return new UnreadRecord(
                _shared ? [.. _others, new UnreadShare(_self.Name, steps)] : _others,
                [.. stored.Heard.Union(_followers.Keys.Where(_known.Contains), StringComparer.Ordinal)]);
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
            : $"Nothing was ever heard of {string.Join(", ", silent)}: what is accepted now might not reach it. Start it, or take it off {BackPressureOptions.Section}:WaitFor.";
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

    private bool IsNews(string app) => _known.Contains(app) && !_heard.Contains(app);

    private bool IsNews(string app, UnreadRecord stored) => _known.Contains(app) && !stored.Heard.Contains(app);

    private void Measure(long now)
    {
        foreach (Follower follower in _followers.Values)
        {
            long handled = follower.App == AppIds.Processing ? follower.Said : _processing.LevelOf(follower.Said);
            if (handled <= follower.HandledUntil) continue;
            follower.HandledUntil = handled;
            follower.ProgressAt = now;
        }

        _last = _followers.Values.MinBy(f => f.HandledUntil)!;
        _ledger.Handled(_last.HandledUntil);
    }

    private void Turn(bool closed, long unread, long bound)
    {
        _closed = closed;
        if (closed) _logger.ProducersWait(_last!.App, unread, bound);
        else _logger.ProducersGoOn(unread, bound);
    }

    private bool IsProbe(long now)
    {
        if (!_last!.IsAlive(now) || now - Math.Max(_probedAt, _last.ProgressAt) < ProbeMs) return false;
        _probedAt = now;
        return true;
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Follower(string app)
    {
        public string App => app;

        /// <summary>The newest ingest time of what it handled itself.</summary>
        public long Said { get; set; }

        /// <summary>Ingest time up to which nothing is left for it to handle.</summary>
        public long HandledUntil { get; set; }

        /// <summary>When that last changed.</summary>
        public long ProgressAt { get; set; }

        public long HeardAt { get; set; }

        public bool IsAlive(long now) => now - HeardAt <= AliveMs;
    }
}

/// <summary>Why producers have to wait.</summary>
/// <param name="Service">The service that is furthest behind.</param>
/// <param name="Unread">Events it has to read.</param>
/// <param name="Bound">How many it may have.</param>
/// <param name="RetryAfterSeconds">When to ask again.</param>
internal sealed record Refusal(string Service, long Unread, long Bound, int RetryAfterSeconds)
{
    /// <summary>Why it is not known how much is unread; null when it is.</summary>
    public string? Reason { get; init; }
}

internal static partial class BackPressureLog
{
    [LoggerMessage(2011, LogLevel.Warning, "Producers have to wait: {Service} has {Unread} events to read, {Bound} are allowed")]
    public static partial void ProducersWait(this ILogger logger, string service, long unread, long bound);

    [LoggerMessage(2012, LogLevel.Information, "Producers may go on: {Unread} events are unread, {Bound} are allowed")]
    public static partial void ProducersGoOn(this ILogger logger, long unread, long bound);
}
