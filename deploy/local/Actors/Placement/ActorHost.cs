namespace DaprTrading.LocalRuntime.Actors;

/// <summary>One life of an app instance as a host of actors: from the moment it is ready until it is gone.</summary>
internal sealed class ActorHost(ISidecar sidecar, IAppChannel app)
{
    public ISidecar Sidecar { get; } = sidecar;

    public IAppChannel App { get; } = app;

    public string AppId => Sidecar.Options.AppId;

    /// <summary>Place on the ring: the same after a restart, so that the instance gets its old actors back.</summary>
    public string Key { get; } = $"{sidecar.Options.AppId}/{sidecar.Options.Instance}/{sidecar.Options.Uuid}";

    /// <summary>The hosted types by name; filled before the host is published.</summary>
    public Dictionary<string, HostedType> Types { get; } = new(StringComparer.Ordinal);

    public override string ToString() => $"{AppId}/{Sidecar.Options.Instance}";
}
