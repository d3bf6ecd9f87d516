namespace DaprTrading.LocalRuntime.Components;

/// <summary>A <c>kind: Subscription</c> document, either version.</summary>
public sealed record SubscriptionResource : IScopedResource
{
    /// <summary>Name of the resource.</summary>
    public required string Name { get; init; }

    /// <summary>Pub/sub component.</summary>
    public required string PubsubName { get; init; }

    /// <summary>Topic.</summary>
    public required string Topic { get; init; }

    /// <summary>Conditional routes, in order.</summary>
    public IReadOnlyList<SubscriptionRule> Rules { get; init; } = [];

    /// <summary>Path when no rule matches; null: none.</summary>
    public string? DefaultRoute { get; init; }

    /// <summary>Topic of messages that could not be handled; null: none.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>Bulk delivery; null: off.</summary>
    public BulkSubscribeResource? BulkSubscribe { get; init; }

    /// <summary>Metadata of the subscription, e.g. <c>rawPayload</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata.Value;

    /// <inheritdoc/>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public ResourceSource Source { get; init; } = new("", 0);

    internal static SubscriptionResource Read(YamlMap root, string name, bool v1)
    {
        YamlMap spec = root.Map("spec") ?? throw root.Error("spec", "is required");
        YamlMap? routes = v1 ? null : spec.Map("routes");
        YamlMap? bulk = spec.Map("bulkSubscribe");
        return new SubscriptionResource
        {
            Name = name,
            PubsubName = spec.Required("pubsubname"),
            Topic = spec.Required("topic"),
            Rules = routes is null ? [] : [.. routes.Maps("rules").Select(rule => new SubscriptionRule(rule.Text("match"), rule.Required("path")))],
            DefaultRoute = v1 ? spec.Required("route") : routes?.String("default"),
            DeadLetterTopic = spec.String("deadLetterTopic") is { Length: > 0 } topic ? topic : null,
            BulkSubscribe = bulk is not null && bulk.Bool("enabled", false)
                ? new BulkSubscribeResource(bulk.Int("maxMessagesCount", 0, int.MaxValue), bulk.Int("maxAwaitDurationMs", 0, int.MaxValue))
                : null,
            Metadata = spec.Map("metadata") is { } metadata ? ToDictionary(metadata) : EmptyMetadata.Value,
            Scopes = root.Strings("scopes"),
            Source = new ResourceSource(root.File, root.Line),
        };
    }

    private static Dictionary<string, string> ToDictionary(YamlMap map)
    {
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in map.Scalars()) result[name] = value;
        return result;
    }
}

/// <summary>One conditional route.</summary>
/// <param name="Match">CEL condition; empty: always.</param>
/// <param name="Path">Path of the app.</param>
public sealed record SubscriptionRule(string Match, string Path);

/// <summary>Bulk delivery of a declarative subscription.</summary>
/// <param name="MaxMessagesCount">Most messages at once; null: Dapr's default.</param>
/// <param name="MaxAwaitDurationMs">Longest wait for more, in milliseconds; null: Dapr's default.</param>
public sealed record BulkSubscribeResource(int? MaxMessagesCount, int? MaxAwaitDurationMs);
