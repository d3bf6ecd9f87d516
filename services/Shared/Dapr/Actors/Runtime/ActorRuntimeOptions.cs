using System.Text.Json;

namespace Dapr.Actors.Runtime;

/// <summary>Which actors the app hosts, and how.</summary>
public sealed class ActorRuntimeOptions
{
    private TimeSpan? _actorIdleTimeout;
    private TimeSpan? _actorScanInterval;
    private TimeSpan? _drainOngoingCallTimeout;
    private JsonSerializerOptions _json = DefaultJson();

    public ActorRegistrationCollection Actors { get; } = [];

    /// <summary>Idle time after which an actor is deactivated; the sidecar's default is an hour.</summary>
    public TimeSpan? ActorIdleTimeout
    {
        get => _actorIdleTimeout;
        set => _actorIdleTimeout = Positive(value);
    }

    public TimeSpan? ActorScanInterval
    {
        get => _actorScanInterval;
        set => _actorScanInterval = Positive(value);
    }

    /// <summary>How long a running call may go on when its actor moves.</summary>
    public TimeSpan? DrainOngoingCallTimeout
    {
        get => _drainOngoingCallTimeout;
        set => _drainOngoingCallTimeout = Positive(value);
    }

    /// <summary>Said to the sidecar only when true; it drains anyway.</summary>
    public bool DrainRebalancedActors { get; set; }

    public ActorReentrancyConfig ReentrancyConfig { get; set; } = new();

    /// <summary>Concerns proxies with methods only, which this implementation has not.</summary>
    public bool UseJsonSerialization { get; set; }

    /// <summary>Options for arguments, results and state; camelCase unless given.</summary>
    public JsonSerializerOptions JsonSerializerOptions
    {
        get => _json;
        set => _json = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Token for the sidecar; from the configuration unless given.</summary>
    public string? DaprApiToken { get; set; }

    /// <summary>Address of the sidecar's HTTP API; from the configuration unless given.</summary>
    public string? HttpEndpoint { get; set; }

    public int? RemindersStoragePartitions { get; set; }

    internal static JsonSerializerOptions DefaultJson() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
    };

    private static TimeSpan? Positive(TimeSpan? value)
    {
        if (value is { } time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(value));
        }

        return value;
    }
}
