namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads a <c>kind: Subscription</c> document, either version.</summary>
internal static class SubscriptionReader
{
    public static DeclarativeSubscription Read(YamlMap root, string name, bool v1)
    {
        YamlMap spec = root.Map("spec") ?? throw root.Error("spec", "is required");
        YamlMap? bulk = spec.Map("bulkSubscribe");
        return new DeclarativeSubscription
        {
            Name = name,
            PubSubName = spec.Required("pubsubname"),
            Topic = spec.Required("topic"),
            Rules = v1 ? [new RouteRule("", spec.Required("route"))] : [.. Routes(spec.Map("routes"))],
            DeadLetterTopic = spec.String("deadLetterTopic") is { Length: > 0 } topic ? topic : null,
            BulkSubscribe = bulk is null
                ? null
                : new BulkSubscribeOptions(
                    bulk.Bool("enabled", false), bulk.Int("maxMessagesCount", 0, int.MaxValue) ?? 0, bulk.Int("maxAwaitDurationMs", 0, int.MaxValue) ?? 0),
            Metadata = Pairs(spec.Map("metadata")),
            Scopes = root.Strings("scopes"),
        };
    }

    private static IEnumerable<RouteRule> Routes(YamlMap? routes)
    {
        if (routes is null) yield break;
        foreach (YamlMap rule in routes.Maps("rules")) yield return new RouteRule(rule.Text("match"), rule.Required("path"));
        if (routes.String("default") is { Length: > 0 } path) yield return new RouteRule("", path);
    }

    private static IReadOnlyDictionary<string, string> Pairs(YamlMap? map)
    {
        if (map is null) return EmptyMetadata.Value;
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in map.Scalars()) result[name] = value;
        return result;
    }
}
