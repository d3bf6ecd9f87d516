using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>A <c>kind: Resiliency</c> document.</summary>
public sealed record ResiliencyResource : IScopedResource
{
    /// <summary>Name of the resource.</summary>
    public required string Name { get; init; }

    /// <summary>Timeouts by name.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Timeouts { get; init; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>Retry policies by name.</summary>
    public IReadOnlyDictionary<string, RetryPolicy> Retries { get; init; } = new Dictionary<string, RetryPolicy>(StringComparer.Ordinal);

    /// <summary>Circuit breakers by name.</summary>
    public IReadOnlyDictionary<string, CircuitBreakerPolicy> CircuitBreakers { get; init; } = new Dictionary<string, CircuitBreakerPolicy>(StringComparer.Ordinal);

    /// <summary>Targets by app id.</summary>
    public IReadOnlyDictionary<string, PolicyTarget> Apps { get; init; } = new Dictionary<string, PolicyTarget>(StringComparer.Ordinal);

    /// <summary>Targets by actor type.</summary>
    public IReadOnlyDictionary<string, PolicyTarget> Actors { get; init; } = new Dictionary<string, PolicyTarget>(StringComparer.Ordinal);

    /// <summary>Targets by component, for deliveries to the app.</summary>
    public IReadOnlyDictionary<string, PolicyTarget> Inbound { get; init; } = new Dictionary<string, PolicyTarget>(StringComparer.Ordinal);

    /// <summary>Targets by component, for calls of the app.</summary>
    public IReadOnlyDictionary<string, PolicyTarget> Outbound { get; init; } = new Dictionary<string, PolicyTarget>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlySet<string>? OnlyFor { get; init; }

    /// <summary>Where it stands.</summary>
    public ResourceSource Source { get; init; } = new("", 0);

    internal static ResiliencyResource Read(YamlMap root, string name)
    {
        YamlMap spec = root.Map("spec") ?? throw root.Error("spec", "is required");
        YamlMap? policies = spec.Map("policies");
        YamlMap? targets = spec.Map("targets");
        return new ResiliencyResource
        {
            Name = name,
            Timeouts = ReadTimeouts(policies?.Map("timeouts")),
            Retries = ReadEach(policies?.Map("retries"), RetryPolicy.Read),
            CircuitBreakers = ReadEach(policies?.Map("circuitBreakers"), CircuitBreakerPolicy.Read),
            Apps = ReadEach(targets?.Map("apps"), map => PolicyTarget.Read(map, defaultCache: 100, actor: false)),
            Actors = ReadEach(targets?.Map("actors"), map => PolicyTarget.Read(map, defaultCache: 5000, actor: true)),
            Inbound = ReadSide(targets?.Map("components"), "inbound"),
            Outbound = ReadSide(targets?.Map("components"), "outbound"),
            Scopes = root.Strings("scopes"),
            Source = new ResourceSource(root.File, root.Line),
        };
    }

    private static Dictionary<string, TimeSpan> ReadTimeouts(YamlMap? map)
    {
        var result = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        if (map is null) return result;
        foreach (string name in map.Keys)
        {
            if (map.Duration(name, bareMilliseconds: true) is { } timeout) result[name] = timeout;
        }

        return result;
    }

    private static Dictionary<string, T> ReadEach<T>(YamlMap? map, Func<YamlMap, T> read)
    {
        var result = new Dictionary<string, T>(StringComparer.Ordinal);
        if (map is null) return result;
        foreach (var (name, entry) in map.Entries()) result[name] = read(entry);
        return result;
    }

    private static Dictionary<string, PolicyTarget> ReadSide(YamlMap? components, string side)
    {
        var result = new Dictionary<string, PolicyTarget>(StringComparer.Ordinal);
        if (components is null) return result;
        foreach (var (name, entry) in components.Entries())
        {
            if (entry.Map(side) is { } target) result[name] = PolicyTarget.Read(target, defaultCache: 0, actor: false);
        }

        return result;
    }
}

/// <summary>A retry policy.</summary>
public sealed record RetryPolicy
{
    /// <summary>True: the delay grows; false: it is <see cref="Duration"/> each time.</summary>
    public bool Exponential { get; init; }

    /// <summary>Delay of a constant policy.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest delay of an exponential policy.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Repetitions after the first attempt; -1: no limit.</summary>
    public int MaxRetries { get; init; } = -1;

    /// <summary>HTTP statuses that are repeated; null: all failures.</summary>
    public IReadOnlyList<StatusRange>? HttpStatusCodes { get; init; }

    /// <summary>Whether <c>matching.gRPCStatusCodes</c> is given, which no call here has.</summary>
    public bool NamesGrpcStatusCodes { get; init; }

    /// <summary>Whether a failure with this status is repeated; one without an answer always is.</summary>
    public bool Matches(int? status)
    {
        if (HttpStatusCodes is null || status is not { } code) return true;
        foreach (StatusRange range in HttpStatusCodes)
        {
            if (code >= range.From && code <= range.To) return true;
        }

        return false;
    }

    internal static RetryPolicy Read(YamlMap map)
    {
        string policy = map.String("policy") ?? "constant";
        if (policy is not ("constant" or "exponential")) throw map.Error("policy", $"'{policy}' is neither constant nor exponential");
        YamlMap? matching = map.Map("matching");
        return new RetryPolicy
        {
            Exponential = policy == "exponential",
            Duration = map.Duration("duration", bareMilliseconds: true) ?? TimeSpan.FromSeconds(5),
            MaxInterval = map.Duration("maxInterval", bareMilliseconds: true) ?? TimeSpan.FromSeconds(60),
            MaxRetries = map.Int("maxRetries", -1, int.MaxValue) ?? -1,
            HttpStatusCodes = matching?.String("httpStatusCodes") is { Length: > 0 } codes ? ReadCodes(matching, codes) : null,
            NamesGrpcStatusCodes = matching?.String("gRPCStatusCodes") is { Length: > 0 },
        };
    }

    private static StatusRange[] ReadCodes(YamlMap map, string codes) =>
        [.. codes.Split(',', StringSplitOptions.TrimEntries).Select(part => ReadRange(map, part))];

    private static StatusRange ReadRange(YamlMap map, string part)
    {
        int dash = part.IndexOf('-', StringComparison.Ordinal);
        string from = dash < 0 ? part : part[..dash], to = dash < 0 ? part : part[(dash + 1)..];
        bool valid = int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            & int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out int last);
        return valid && first is >= 100 and <= 599 && last is >= 100 and <= 599 && first <= last
            ? new StatusRange(first, last)
            : throw map.Error("httpStatusCodes", $"'{part}' is neither a status nor a range of statuses (100 to 599), e.g. 429,500-599");
    }
}

/// <summary>HTTP statuses from one to another, both included.</summary>
/// <param name="From">First.</param>
/// <param name="To">Last.</param>
public readonly record struct StatusRange(int From, int To);

/// <summary>A circuit breaker.</summary>
public sealed record CircuitBreakerPolicy
{
    /// <summary>Calls let through while half-open, and successes in a row that close it.</summary>
    public int MaxRequests { get; init; } = 1;

    /// <summary>How often the counts are cleared while closed; zero: never.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>How long it stays open.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Condition that opens it.</summary>
    internal TripExpression Trip { get; init; } = TripExpression.Default;

    internal static CircuitBreakerPolicy Read(YamlMap map)
    {
        TripExpression trip = TripExpression.Default;
        if (map.String("trip") is { Length: > 0 } text && !TripExpression.TryParse(text, out trip, out string? problem)) throw map.Error("trip", problem!);
        TimeSpan timeout = map.Duration("timeout", bareMilliseconds: true) ?? TimeSpan.Zero;
        return new CircuitBreakerPolicy
        {
            MaxRequests = Math.Max(1, map.Int("maxRequests", 0, int.MaxValue) ?? 1),
            Interval = map.Duration("interval", bareMilliseconds: true) ?? TimeSpan.Zero,
            Timeout = timeout > TimeSpan.Zero ? timeout : TimeSpan.FromSeconds(60),
            Trip = trip,
        };
    }
}

/// <summary>The policies of one target, by name; null: none.</summary>
public sealed record PolicyTarget
{
    /// <summary>Name of a timeout.</summary>
    public string? Timeout { get; init; }

    /// <summary>Name of a retry policy.</summary>
    public string? Retry { get; init; }

    /// <summary>Name of a circuit breaker.</summary>
    public string? CircuitBreaker { get; init; }

    /// <summary>What shares a breaker (actors only).</summary>
    public CircuitBreakerScope Scope { get; init; } = CircuitBreakerScope.Type;

    /// <summary>Most breakers kept.</summary>
    public int CacheSize { get; init; }

    /// <summary>Makes a complaint about one field of the target.</summary>
    internal Func<string, string, ComponentException> Complain { get; init; } = (field, problem) => new ComponentException($"field '{field}' {problem}");

    internal static PolicyTarget Read(YamlMap map, int defaultCache, bool actor)
    {
        string? breaker = Name(map, "circuitBreaker");
        string? scope = Name(map, "circuitBreakerScope");
        if (actor && breaker is not null && scope is null) throw map.Error("circuitBreakerScope", "is required with circuitBreaker: type, id or both");
        return new PolicyTarget
        {
            Timeout = Name(map, "timeout"),
            Retry = Name(map, "retry"),
            CircuitBreaker = breaker,
            Scope = scope switch
            {
                null or "type" => CircuitBreakerScope.Type,
                "id" => CircuitBreakerScope.Id,
                "both" => CircuitBreakerScope.Both,
                _ => throw map.Error("circuitBreakerScope", $"'{scope}' is none of type, id, both"),
            },
            CacheSize = map.Int("circuitBreakerCacheSize", 0, 1_000_000) is { } size and > 0 ? size : defaultCache,
            Complain = map.Error,
        };
    }

    private static string? Name(YamlMap map, string key) => map.String(key) is { Length: > 0 } name ? name : null;
}

/// <summary>Which actors share a circuit breaker.</summary>
public enum CircuitBreakerScope
{
    /// <summary>All of a type.</summary>
    Type,

    /// <summary>Each id has its own.</summary>
    Id,

    /// <summary>One per type and one per id; both must be closed.</summary>
    Both,
}
