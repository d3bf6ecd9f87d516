using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>Holds producers back while the services behind have too much to read. Thread-safe.</summary>
/// <remarks>
/// <para>
/// Nothing asks the broker. What this process published is counted here; how far each service has come is in its heartbeats. The service that is furthest
/// behind counts; one behind processing that has handled all processing published is as far as processing, which publishes nothing for repeats. What other ingestion instances publish is theirs to count: the bound is divided by the number of them.
/// </para>
/// <para>
/// Once closed, the gate opens at four fifths of the bound. A service that is alive but shows no progress for a while may have nothing left to read, because
/// its events went to the dead letters or the broker lost them: then single requests are let through, and the first one that is handled opens the gate.
/// </para>
/// </remarks>
internal sealed class BackPressureGate
{
    private const int StepsOfTheBound = 500;
    private const long AliveMs = 15_000;
    private const long ProbeMs = 10_000;
    private const int MaxInstances = 1_000;

    private readonly Lock _lock = new();
    private readonly int _bound;
    private readonly ServiceInstance _self;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, Follower> _followers;
    private readonly Dictionary<string, long> _ingestion = new(StringComparer.Ordinal);
    private readonly UnreadLedger _ledger;
    private Follower? _last;
    private readonly Levels _processing = new();
    private long _probedAt;
    private bool _closed;

    public BackPressureGate(IOptions<BackPressureOptions> options, ServiceInstance self, TimeProvider time, ILogger<BackPressureGate> logger)
    {
        _bound = options.Value.MaxUnreadEvents;
        _self = self;
        _time = time;
        _logger = logger;
        _ledger = new UnreadLedger(Math.Max(1, _bound / StepsOfTheBound));
        // A service that was never heard of has handled nothing of what this process publishes.
        _followers = options.Value.Services.Distinct(StringComparer.Ordinal).ToDictionary(
            app => app, app => new Follower(app) { HandledUntil = self.StartedAt - 1, ProgressAt = self.StartedAt }, StringComparer.Ordinal);
        _last = _followers.Values.FirstOrDefault();
    }

    /// <summary>Takes note of events that are being published.</summary>
    /// <param name="until">Newest ingest time of their bars, Unix milliseconds.</param>
    /// <param name="events">How many.</param>
    public void Published(long until, int events)
    {
        lock (_lock)
        {
            _ledger.Published(until, events);
            if (_last is null) _ledger.Handled(until);
        }
    }

    /// <summary>Takes a heartbeat of whatever service.</summary>
    public void Heard(Heartbeat beat)
    {
        long now = Now();
        lock (_lock)
        {
            if (beat.App == AppIds.Ingestion && (_ingestion.Count < MaxInstances || _ingestion.ContainsKey(beat.Instance)))
                _ingestion[beat.Instance] = Math.Max(_ingestion.GetValueOrDefault(beat.Instance), beat.Time);
            if (beat.App == AppIds.Processing) _processing.Add(Math.Min(beat.HandledUntil ?? 0, now), beat.PublishedUntil ?? 0);
            if (!_followers.TryGetValue(beat.App, out Follower? follower)) return;

            follower.HeardAt = Math.Max(follower.HeardAt, Math.Min(beat.Time, now));
            follower.Said = Math.Max(follower.Said, Math.Min(beat.HandledUntil ?? 0, now));
            Measure(now);
        }
    }

    /// <summary>Whether bars may be published now.</summary>
    /// <param name="pending">Records that were let in and are not published yet.</param>
    /// <returns>Null, or what to tell the producer.</returns>
    public Refusal? Check(int pending)
    {
        if (_bound == 0 || _last is null) return null;
        long now = Now();
        lock (_lock)
        {
            long bound = Math.Max(1, _bound / Instances(now)), unread = _ledger.Unread;
            // Each record that waits to be published may become an event of its own, but seldom does: that is what the second bound is for.
            bool tooMuch = (_closed ? unread > bound * 4 / 5 : unread >= bound) || unread + pending >= 2 * bound;
            if (tooMuch != _closed) Turn(tooMuch, unread, bound);
            if (!tooMuch || IsProbe(now)) return null;
            return new Refusal(_last.App, unread, bound, _last.IsAlive(now) ? 2 : 5);
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

    private int Instances(long now)
    {
        int others = 0;
        foreach (var (instance, time) in _ingestion)
        {
            if (now - time > AliveMs) _ingestion.Remove(instance);
            else if (instance != _self.Name) others++;
        }

        return others + 1;
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
internal sealed record Refusal(string Service, long Unread, long Bound, int RetryAfterSeconds);

internal static partial class BackPressureLog
{
    [LoggerMessage(2011, LogLevel.Warning, "Producers have to wait: {Service} has {Unread} events to read, {Bound} are allowed")]
    public static partial void ProducersWait(this ILogger logger, string service, long unread, long bound);

    [LoggerMessage(2012, LogLevel.Information, "Producers may go on: {Unread} events are unread, {Bound} are allowed")]
    public static partial void ProducersGoOn(this ILogger logger, long unread, long bound);
}
