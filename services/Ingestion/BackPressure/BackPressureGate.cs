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
internal sealed partial class BackPressureGate
{
    private const int StepsOfTheBound = 500;
    private const long AliveMs = 15_000;
    private const long ProbeMs = 10_000;
    private const int MaxProbeRecords = 100;

    private readonly Lock _lock = new();
    private readonly int _bound;
    private readonly ServiceInstance _self;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, Follower> _followers;
    private readonly UnreadLedger _ledger;
    private readonly Levels _processing = new();
    private Follower? _last;
    private long _probedAt;
    private bool _closed;

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
            if (!_ready.Task.IsCompleted && Unknown() is { } reason) return new Refusal("", 0, _bound, 1) { Reason = reason };
            long bound = _bound, unread = _ledger.Unread + OthersUnread();
            // Each record that waits to be published may become an event of its own, but seldom does: that is what the second bound is for.
            bool beyond = unread + pending + Math.Min(records, bound) > 2 * bound;
            bool tooMuch = (_closed ? unread > bound * 4 / 5 : unread >= bound) || beyond;
            if (tooMuch != _closed) Turn(tooMuch, unread, bound);
            if (!tooMuch || (!beyond && records <= MaxProbeRecords && IsProbe(now))) return null;
            return new Refusal(_last!.App, unread, bound, _last.IsAlive(now) ? 2 : 5);
        }
    }

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
