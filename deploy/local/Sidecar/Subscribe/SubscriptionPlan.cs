using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A route with its rule ready to be evaluated; null rule: always.</summary>
internal sealed record Route(CelExpression? Rule, string Path);

/// <summary>A subscription as the sidecar runs it.</summary>
internal sealed record SubscriptionPlan
{
    public const string Programmatic = "PROGRAMMATIC";
    public const string FromResource = "DECLARATIVE";

    public required string PubSub { get; init; }

    public required string Topic { get; init; }

    public required string Kind { get; init; }

    public required IReadOnlyList<Route> Routes { get; init; }

    public string? DeadLetterTopic { get; init; }

    /// <summary>Null: one message per request. The numbers are the effective ones.</summary>
    public BulkSubscribeOptions? Bulk { get; init; }

    public bool Raw { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata.Value;

    /// <summary>True when a message must be parsed to find its route.</summary>
    public bool HasRules => Routes.Any(route => route.Rule is not null);

    /// <summary>Path of the app for a message; null when no rule matches. Throws <see cref="CelEvaluationException"/>.</summary>
    public string? PathFor(ReadOnlyMemory<byte> @event)
    {
        if (Routes[0].Rule is null) return Routes[0].Path;
        using JsonDocument document = JsonDocument.Parse(@event, Json.Documents);
        foreach (Route route in Routes)
        {
            if (route.Rule is null || route.Rule.Matches(document.RootElement)) return route.Path;
        }

        return null;
    }

    /// <summary>Throws <see cref="CelSyntaxException"/> for an invalid rule; null when there is no route at all.</summary>
    public static SubscriptionPlan? From(DeclarativeSubscription source, string kind)
    {
        Route[] routes = [.. source.Rules.Select(rule => new Route(
            string.IsNullOrWhiteSpace(rule.Match) ? null : CelExpression.Parse(rule.Match), rule.Path.StartsWith('/') ? rule.Path : "/" + rule.Path))];
        if (routes.Length == 0) return null;
        BulkSubscribeOptions? bulk = source.BulkSubscribe is { Enabled: true } given
            ? given with
            {
                MaxMessagesCount = given.MaxMessagesCount > 0 ? given.MaxMessagesCount : 100,
                MaxAwaitDurationMs = given.MaxAwaitDurationMs > 0 ? given.MaxAwaitDurationMs : 1000,
            }
            : null;
        return new SubscriptionPlan
        {
            PubSub = source.PubSubName,
            Topic = source.Topic,
            Kind = kind,
            Routes = routes,
            DeadLetterTopic = string.IsNullOrEmpty(source.DeadLetterTopic) ? null : source.DeadLetterTopic,
            Bulk = bulk,
            Raw = PublishMetadata.IsRaw(source.Metadata, out _),
            Metadata = source.Metadata,
        };
    }
}
