namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The running sidecars, by app: what name resolution is to Dapr. Reads take no lock.</summary>
internal sealed class Instances
{
    private readonly Lock _gate = new();
    private volatile LocalSidecar[] _all = [];
    private volatile Dictionary<string, Replicas> _byApp = new(StringComparer.Ordinal);

    public IReadOnlyList<LocalSidecar> All => _all;

    public void Add(LocalSidecar sidecar)
    {
        lock (_gate) Publish([.. _all, sidecar]);
    }

    public bool Remove(LocalSidecar sidecar)
    {
        lock (_gate)
        {
            int before = _all.Length;
            Publish([.. _all.Where(other => other != sidecar)]);
            return _all.Length < before;
        }
    }

    /// <summary>The instances of an app; null when there is none.</summary>
    public Replicas? Of(string appId) => _byApp.GetValueOrDefault(appId);

    private void Publish(LocalSidecar[] all)
    {
        Dictionary<string, Replicas> old = _byApp;
        var byApp = new Dictionary<string, Replicas>(StringComparer.Ordinal);
        foreach (var app in all.GroupBy(sidecar => sidecar.Options.AppId, StringComparer.Ordinal))
        {
            byApp[app.Key] = new Replicas([.. app], old.GetValueOrDefault(app.Key)?.Position ?? 0);
        }

        _byApp = byApp;
        _all = all;
    }
}

/// <summary>The instances of one app and whose turn it is.</summary>
internal sealed class Replicas(LocalSidecar[] sidecars, int position)
{
    private int _position = position;

    public int Position => Volatile.Read(ref _position);

    public IReadOnlyList<LocalSidecar> Sidecars => sidecars;

    /// <summary>Whether any of them has an app to call.</summary>
    public bool HaveChannels => Array.Exists(sidecars, static sidecar => sidecar.Channel is not null);

    /// <summary>The next instance whose app takes calls, leaving out <paramref name="tried"/>; null when there is none.</summary>
    public LocalSidecar? Next(HashSet<LocalSidecar>? tried = null)
    {
        uint start = (uint)Interlocked.Increment(ref _position);
        for (uint i = 0; i < sidecars.Length; i++)
        {
            LocalSidecar sidecar = sidecars[(start + i) % (uint)sidecars.Length];
            if (sidecar.Channel is { Available: true } && !sidecar.Withdrawn && tried?.Contains(sidecar) != true) return sidecar;
        }

        return null;
    }
}
