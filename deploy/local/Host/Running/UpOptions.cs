namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>What <c>./run up</c> was asked for.</summary>
internal sealed record UpOptions
{
    /// <summary>Data folder.</summary>
    public required DataDirectory Data { get; init; }

    /// <summary>The multi-app run file.</summary>
    public required string RunFile { get; init; }

    /// <summary>Folder of components; null: what the run file says.</summary>
    public string? Components { get; init; }

    /// <summary>Wanted instances by app id; apps that are missing get one.</summary>
    public IReadOnlyDictionary<string, int> Scale { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Whether the data of the last run is deleted first.</summary>
    public bool Fresh { get; init; }

    /// <summary>Port of <c>gateway</c>; null: what the run file says.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>Port of <c>visualization</c>; null: what the run file says.</summary>
    public int? DashboardPort { get; init; }

    /// <summary>Whether every port is a free one.</summary>
    public bool FreePorts { get; init; }

    /// <summary>Whether a real Dapr plays the sidecars.</summary>
    public bool Dapr { get; init; }

    /// <summary>Whether the load generator is started.</summary>
    public bool Generator { get; init; } = true;

    /// <summary>Whether the run file is the system's own, so that its components may be replaced by those that need no Redis.</summary>
    public bool MayFallBack { get; init; }

    /// <summary>The port an option demands for an app; null: none.</summary>
    public int? DemandedPort(string appId) => appId switch
    {
        WellKnownApps.Gateway => GatewayPort,
        WellKnownApps.Visualization => DashboardPort,
        _ => null,
    };
}
