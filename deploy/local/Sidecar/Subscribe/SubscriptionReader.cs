using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Reads the answer to <c>GET /dapr/subscribe</c> and joins it with the declarative subscriptions.</summary>
internal static class SubscriptionReader
{
    // Each may take a connection to its broker.
    private const int MaxEntries = 1000;

    /// <summary>The entries as given, a thousand at most. Throws <see cref="JsonException"/>.</summary>
    public static List<DeclarativeSubscription> Read(ReadOnlyMemory<byte> body)
    {
        var entries = new List<DeclarativeSubscription>();
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) return entries;
        using JsonDocument document = Json.Document(body);
        if (document.RootElement.ValueKind == JsonValueKind.Null) return entries;
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("expected an array of subscriptions");
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object) throw new JsonException("expected a subscription object");
            if (entries.Count == MaxEntries) throw new JsonException($"more than {MaxEntries} subscriptions");
            entries.Add(new DeclarativeSubscription
            {
                PubSubName = Json.Text(entry, "pubsubname"),
                Topic = Json.Text(entry, "topic"),
                DeadLetterTopic = Json.Text(entry, "deadLetterTopic"),
                Metadata = Json.Map(Json.Member(entry, "metadata")),
                Rules = Rules(entry),
                BulkSubscribe = Bulk(entry),
            });
        }

        return entries;
    }

    /// <summary>
    /// The plans of one app. Of several declarative subscriptions for a topic the first wins, of several programmatic ones the last, and a
    /// programmatic one replaces a declarative one. Throws <see cref="CelSyntaxException"/>.
    /// </summary>
    public static IReadOnlyList<SubscriptionPlan> Join(
        IReadOnlyList<DeclarativeSubscription> programmatic, IReadOnlyList<DeclarativeSubscription> declared, string appId, Action<DeclarativeSubscription> skipped)
    {
        var plans = new Dictionary<(string PubSub, string Topic), SubscriptionPlan>();
        foreach (DeclarativeSubscription source in programmatic)
        {
            if (source.PubSubName.Length > 0 && source.Topic.Length > 0 && SubscriptionPlan.From(source, SubscriptionPlan.Programmatic) is { } plan)
            {
                plans[(plan.PubSub, plan.Topic)] = plan;
            }
            else
            {
                skipped(source);
            }
        }

        foreach (DeclarativeSubscription source in declared)
        {
            if (source.OnlyFor?.Contains(appId) == false || (source.Scopes.Count > 0 && !source.Scopes.Contains(appId))) continue;
            if (SubscriptionPlan.From(source, SubscriptionPlan.FromResource) is { } plan) plans.TryAdd((plan.PubSub, plan.Topic), plan);
            else skipped(source);
        }

        return [.. plans.Values];
    }

    // A plain route counts only when routes has no default.
    private static List<RouteRule> Rules(JsonElement entry)
    {
        var rules = new List<RouteRule>();
        string last = "";
        if (Json.Member(entry, "routes") is { ValueKind: JsonValueKind.Object } routes)
        {
            if (Json.Member(routes, "rules") is { ValueKind: JsonValueKind.Array } given)
            {
                foreach (JsonElement rule in given.EnumerateArray())
                {
                    if (rule.ValueKind != JsonValueKind.Object) throw new JsonException("routes.rules: expected objects");
                    rules.Add(new RouteRule(Json.Text(rule, "match"), Json.Text(rule, "path")));
                }
            }

            last = Json.Text(routes, "default");
        }

        if (last.Length == 0) last = Json.Text(entry, "route");
        if (last.Length > 0) rules.Add(new RouteRule("", last));
        return rules;
    }

    private static BulkSubscribeOptions? Bulk(JsonElement entry)
    {
        if (Json.Member(entry, "bulkSubscribe") is not { ValueKind: JsonValueKind.Object } bulk) return null;
        return new BulkSubscribeOptions(
            Json.Member(bulk, "enabled")?.ValueKind == JsonValueKind.True, Number(bulk, "maxMessagesCount"), Number(bulk, "maxAwaitDurationMs"));
    }

    private static int Number(JsonElement parent, string name) => Json.Member(parent, name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int value) => value,
        _ => throw new JsonException($"bulkSubscribe.{name}: expected a whole number"),
    };
}
