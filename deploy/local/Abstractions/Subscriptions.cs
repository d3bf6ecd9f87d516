namespace DaprTrading.LocalRuntime;

/// <summary>A <c>kind: Subscription</c> resource, or one entry of an app's answer to <c>GET /dapr/subscribe</c>.</summary>
public sealed record DeclarativeSubscription
{
    /// <summary>Name of the resource; for messages only.</summary>
    public string Name { get; init; } = "";

    /// <summary>Pub/sub component.</summary>
    public required string PubSubName { get; init; }

    /// <summary>Topic.</summary>
    public required string Topic { get; init; }

    /// <summary>
    /// Routes in the order they are tried; the first whose match is true wins. A <c>spec.route</c> or <c>routes.default</c> is the last rule,
    /// with an empty match.
    /// </summary>
    public IReadOnlyList<RouteRule> Rules { get; init; } = [];

    /// <summary>Topic for messages that failed for good; null: none.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>Bulk delivery; null: one message per request.</summary>
    public BulkSubscribeOptions? BulkSubscribe { get; init; }

    /// <summary>Metadata; <c>rawPayload</c> is read by the sidecar, the rest goes to the component.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata.Value;

    /// <summary>App ids it is for; empty: every app.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The apps whose resource folders have it; null: every app's.</summary>
    public IReadOnlySet<string>? OnlyFor { get; init; }
}

/// <summary>One route of a subscription.</summary>
/// <param name="Match">CEL expression over <c>event</c>; empty: always true.</param>
/// <param name="Path">Path of the app, with or without a leading slash.</param>
public sealed record RouteRule(string Match, string Path);

/// <summary>How messages are gathered for a bulk delivery.</summary>
/// <param name="Enabled">False: as if not given.</param>
/// <param name="MaxMessagesCount">Most messages of one request; 0 means 100.</param>
/// <param name="MaxAwaitDurationMs">Longest wait after the first message, in milliseconds; 0 means 1000.</param>
public sealed record BulkSubscribeOptions(bool Enabled, int MaxMessagesCount = 100, int MaxAwaitDurationMs = 1000);
