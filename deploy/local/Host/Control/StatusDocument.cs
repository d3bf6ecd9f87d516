namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>What <c>./run status --json</c> prints. Names and meanings stay; new fields may come.</summary>
internal sealed record StatusDocument
{
    /// <summary><c>starting</c>, <c>running</c>, <c>stopping</c> or <c>stopped</c>.</summary>
    public required string State { get; init; }

    /// <summary>Process id of the runtime.</summary>
    public int? Pid { get; init; }

    /// <summary>When the runtime started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Name of the system, from its run file.</summary>
    public string? Name { get; init; }

    /// <summary>The run file.</summary>
    public string? RunFile { get; init; }

    /// <summary>The Dapr program that plays the sidecars; null: this runtime does.</summary>
    public string? Dapr { get; init; }

    /// <summary>Folders of the components in use.</summary>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>Data folder.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where producers post to.</summary>
    public string? GatewayUrl { get; init; }

    /// <summary>Where the dashboard is.</summary>
    public string? DashboardUrl { get; init; }

    /// <summary>The apps in the order of the run file.</summary>
    public IReadOnlyList<AppStatus> Apps { get; init; } = [];

    /// <summary>The servers the runtime started for the components, by name of the process.</summary>
    public IReadOnlyDictionary<string, ServerStatus> Servers { get; init; } = new Dictionary<string, ServerStatus>(StringComparer.Ordinal);

    /// <summary>The Redis of <see cref="Servers"/>; null when none was started.</summary>
    public ServerStatus? Redis => Servers.GetValueOrDefault("redis");

    /// <summary>The load generator; null when none was started.</summary>
    public ServerStatus? Generator { get; init; }

    /// <summary>Messages no app could handle, by dead-letter topic; a topic without any is left out.</summary>
    public IReadOnlyDictionary<string, int> DeadLetters { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Traffic through all sidecars.</summary>
    public TrafficStatus Traffic { get; init; } = new(0, 0, 0, 0);
}

/// <summary>One app.</summary>
/// <param name="AppId">App id.</param>
/// <param name="Instances">Its instances in order.</param>
internal sealed record AppStatus(string AppId, IReadOnlyList<InstanceStatus> Instances);

/// <summary>One instance of an app.</summary>
internal sealed record InstanceStatus
{
    /// <summary>Number from 0.</summary>
    public required int Instance { get; init; }

    /// <summary>Process id; null while it is being started again.</summary>
    public int? Pid { get; init; }

    /// <summary>Port of the app; null when it has none.</summary>
    public int? AppPort { get; init; }

    /// <summary>HTTP port of its sidecar.</summary>
    public int SidecarPort { get; init; }

    /// <summary>True when the sidecar is ready and the app takes calls.</summary>
    public bool Ready { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>Active actors by type.</summary>
    public IReadOnlyDictionary<string, int> Actors { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Its log file.</summary>
    public required string Log { get; init; }
}

/// <summary>A supervised process that is no app.</summary>
/// <param name="Pid">Process id; null while it is being started again.</param>
/// <param name="Address">Where it listens, when it does.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="Log">Its log file.</param>
internal sealed record ServerStatus(int? Pid, string? Address, int Restarts, string Log);

/// <summary>Messages through the sidecars.</summary>
/// <param name="Published">Published since the start.</param>
/// <param name="Delivered">Delivered since the start.</param>
/// <param name="PublishedPerSecond">Over the last seconds.</param>
/// <param name="DeliveredPerSecond">Over the last seconds.</param>
internal sealed record TrafficStatus(long Published, long Delivered, double PublishedPerSecond, double DeliveredPerSecond);
