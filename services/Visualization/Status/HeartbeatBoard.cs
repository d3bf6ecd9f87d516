namespace DaprTrading.Visualization.Status;

/// <summary>The newest heartbeats of every process. Thread-safe, bounded.</summary>
/// <remarks>
/// A replica that joins is sent what the broker still has. What was said before this one began counts as of when it was said: who has died since is
/// neither alive nor, after ten minutes, known. What is said since counts as of when it is heard, so a clock that is wrong does no harm.
/// </remarks>
internal sealed class HeartbeatBoard(TimeProvider time)
{
    private const int MaxInstances = 500;
    private const int MaxBeats = 3;
    private const long AliveMs = 15_000;
    private const long ForgetMs = 600_000;
    private const string RejectedCounter = "daprtrading.ingestion.records.rejected";
    private const string RejectionPrefix = "daprtrading.ingestion.rejections.";

    private static readonly string[] Apps =
    [
        AppIds.Gateway, AppIds.Ingestion, AppIds.Processing, AppIds.Signals, AppIds.Notification, AppIds.Aggregator, AppIds.Dataset,
        AppIds.Visualization,
    ];

    private readonly long _startedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Instance> _instances = new(StringComparer.Ordinal);

    /// <summary>Takes a heartbeat; one that comes late changes nothing.</summary>
    public void Add(Heartbeat beat)
    {
        long now = Now(), said = beat.Time < _startedAt - AliveMs ? beat.Time : now;
        if (now - said > ForgetMs)
        {
            return;
        }

        lock (_lock)
        {
            if (!_instances.TryGetValue(beat.Instance, out Instance? instance))
            {
                Forget(now);
                if (_instances.Count >= MaxInstances)
                {
                    return;
                }

                _instances[beat.Instance] = instance = new Instance();
            }

            instance.LastSeen = Math.Max(instance.LastSeen, said);
            if (instance.Beats.Count == 0 || instance.Beats[^1].Time < beat.Time)
            {
                instance.Beats.Add(beat);
                if (instance.Beats.Count > MaxBeats)
                {
                    instance.Beats.RemoveAt(0);
                }
            }
        }
    }

    /// <summary>Every known service and the processes heard of lately.</summary>
    public IReadOnlyList<ServiceStatus> Services()
    {
        long now = Now();
        lock (_lock)
        {
            Forget(now);
            ILookup<string, InstanceStatus> byApp = _instances.Values.ToLookup(
                instance => instance.Newest.App,
                instance => new InstanceStatus(
                    instance.Newest.Instance, instance.Newest.StartedAt, instance.LastSeen, now - instance.LastSeen <= AliveMs,
                    instance.Newest.Counters, instance.Newest.Actors));
            return
            [
                .. Apps.Concat(byApp.Select(group => group.Key).Except(Apps).Order(StringComparer.Ordinal))
                    .Select(app => new ServiceStatus(app, [.. byApp[app].OrderBy(instance => instance.StartedAt)])),
            ];
        }
    }

    /// <summary>How much passes each stage.</summary>
    public Rates Rates() => new(
        RateOf("daprtrading.ingestion.records.accepted"),
        RateOf("daprtrading.processing.bars"),
        RateOf("daprtrading.processing.points"),
        RateOf("daprtrading.signals.signals"),
        RateOf("daprtrading.notification.notifications"),
        RateOf("daprtrading.visualization.pushed"));

    /// <summary>How many records were refused, and for which fields.</summary>
    public (double Total, IReadOnlyDictionary<string, double> ByField) Rejected()
    {
        double total = 0;
        var fields = new SortedDictionary<string, double>(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach ((string name, double value) in _instances.Values.SelectMany(instance => instance.Newest.Counters))
            {
                total += name == RejectedCounter ? value : 0;
                if (name.StartsWith(RejectionPrefix, StringComparison.Ordinal))
                {
                    string field = name[RejectionPrefix.Length..];
                    fields[field] = fields.GetValueOrDefault(field) + value;
                }
            }
        }

        return (total, fields);
    }

    /// <summary>How often the rules of order applied, over every process that is known.</summary>
    public OrderingStatus Ordering() => new(
        SumOf("daprtrading.processing.sources"),
        SumOf("daprtrading.processing.unnumbered"),
        SumOf("daprtrading.processing.restarted"),
        SumOf("daprtrading.processing.repeats"),
        SumOf("daprtrading.processing.held"),
        SumOf("daprtrading.processing.gaps"),
        SumOf("daprtrading.processing.missing"),
        SumOf("daprtrading.processing.late"),
        SumOf("daprtrading.processing.backwards"),
        SumOf("daprtrading.processing.republished"),
        SumOf("daprtrading.processing.evicted"),
        SumOf("daprtrading.ingestion.requests.refused"));

    private double SumOf(string counter)
    {
        lock (_lock)
        {
            return _instances.Values.Sum(instance => instance.Newest.Counters.GetValueOrDefault(counter));
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Forget(long now)
    {
        foreach (string name in _instances.Where(entry => now - entry.Value.LastSeen > ForgetMs).Select(entry => entry.Key).ToArray())
        {
            _instances.Remove(name);
        }
    }

    private double RateOf(string counter)
    {
        long now = Now();
        double rate = 0;
        lock (_lock)
        {
            foreach (Instance instance in _instances.Values)
            {
                if (now - instance.LastSeen <= AliveMs && instance.Beats.Count > 1)
                {
                    (Heartbeat first, Heartbeat last) = (instance.Beats[0], instance.Beats[^1]);
                    double growth = last.Counters.GetValueOrDefault(counter) - first.Counters.GetValueOrDefault(counter);
                    rate += Math.Max(0, growth) * 1000 / (last.Time - first.Time);
                }
            }
        }

        return Math.Round(rate, 1);
    }

    private sealed class Instance
    {
        public List<Heartbeat> Beats { get; } = [];

        public long LastSeen { get; set; }

        public Heartbeat Newest => Beats[^1];
    }
}
