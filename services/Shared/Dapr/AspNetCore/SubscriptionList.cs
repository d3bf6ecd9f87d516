using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;

namespace Dapr.AspNetCore;

/// <summary>Collects the subscriptions of an app from the metadata of its endpoints.</summary>
internal static partial class SubscriptionList
{
    public static IReadOnlyList<Subscription> Of(IEnumerable<Endpoint> endpoints, SubscribeOptions? options, ILogger logger) =>
    [
        .. endpoints.OfType<RouteEndpoint>()
            .SelectMany(TopicsOf)
            .GroupBy(topic => (topic.PubsubName, topic.Name))
            .OrderBy(group => group.Key.PubsubName, StringComparer.Ordinal).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => ToSubscription([.. group.OrderBy(topic => topic.Priority)], options, logger)),
    ];

    [LoggerMessage(9201, LogLevel.Error, "Topic {PubsubName}/{Topic} has {Count} endpoints without a match rule; the first one is used")]
    private static partial void LogSeveralDefaults(ILogger logger, string pubsubName, string topic, int count);

    [LoggerMessage(9202, LogLevel.Error, "Topic {PubsubName}/{Topic} has several match rules of priority {Priority}; the first one wins")]
    private static partial void LogSamePriority(ILogger logger, string pubsubName, string topic, int priority);

    private static IEnumerable<Topic> TopicsOf(RouteEndpoint endpoint)
    {
        IReadOnlyList<IOriginalTopicMetadata> pairs = endpoint.Metadata.GetOrderedMetadata<IOriginalTopicMetadata>();
        IReadOnlyList<IBulkSubscribeMetadata> bulks = endpoint.Metadata.GetOrderedMetadata<IBulkSubscribeMetadata>();
        foreach (ITopicMetadata topic in endpoint.Metadata.GetOrderedMetadata<ITopicMetadata>())
        {
            if (topic.Name is null)
            {
                continue;
            }

            var owner = topic as IOwnedOriginalTopicMetadata;
            IBulkSubscribeMetadata? bulk = bulks.FirstOrDefault(candidate => candidate.TopicName == topic.Name);
            yield return new Topic(topic.PubsubName, topic.Name, PathOf(endpoint.RoutePattern), topic.Match, topic.Priority)
            {
                DeadLetterTopic = (topic as IDeadLetterTopicMetadata)?.DeadLetterTopic,
                IsRaw = (topic as IRawTopicMetadata)?.EnableRawPayload is true,
                Separator = owner?.MetadataSeparator,
                Pairs = [.. pairs.Where(pair => string.IsNullOrEmpty(pair.Id) || owner?.OwnedMetadatas?.Contains(pair.Id) is true)],
                Bulk = bulk is null ? null : new SubscriptionBulk(Enabled: true, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs),
            };
        }
    }

    private static string PathOf(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal
            ? literal.Content
            : throw new InvalidOperationException($"The route '{pattern.RawText}' subscribes to a topic, so it must not have parameters.")))));

    private static Subscription ToSubscription(List<Topic> topics, SubscribeOptions? options, ILogger logger)
    {
        Topic first = topics[0];
        List<Topic> defaults = [.. topics.Where(topic => string.IsNullOrEmpty(topic.Match))];
        List<Topic> rules = [.. topics.Where(topic => !string.IsNullOrEmpty(topic.Match))];
        LogConflicts(first, defaults, rules, logger);

        string? path = defaults.FirstOrDefault()?.Path;
        return new Subscription(
            first.Name,
            first.PubsubName,
            rules.Count == 0 ? path : null,
            rules.Count == 0 ? null : new SubscriptionRoutes([.. rules.Select(rule => new SubscriptionRule(rule.Match!, rule.Path))], path),
            MetadataOf(topics, options),
            first.DeadLetterTopic,
            first.Bulk);
    }

    private static Dictionary<string, string>? MetadataOf(List<Topic> topics, SubscribeOptions? options)
    {
        string separator = topics.Select(topic => topic.Separator).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? ",";
        var metadata = topics.SelectMany(topic => topic.Pairs)
            .GroupBy(pair => pair.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Join(separator, group.Select(pair => pair.Value).Distinct(StringComparer.Ordinal)),
                StringComparer.Ordinal);
        if (options?.EnableRawPayload is true || topics.Exists(topic => topic.IsRaw))
        {
            metadata["rawPayload"] = "true";
        }

        return metadata.Count > 0 ? metadata : null;
    }

    private static void LogConflicts(Topic topic, List<Topic> defaults, List<Topic> rules, ILogger logger)
    {
        if (defaults.Count > 1)
        {
            LogSeveralDefaults(logger, topic.PubsubName, topic.Name, defaults.Count);
        }

        foreach (IGrouping<int, Topic> same in rules.GroupBy(rule => rule.Priority).Where(group => group.Skip(1).Any()))
        {
            LogSamePriority(logger, topic.PubsubName, topic.Name, same.Key);
        }
    }

    private sealed record Topic(string PubsubName, string Name, string Path, string? Match, int Priority)
    {
        public string? DeadLetterTopic { get; init; }

        public bool IsRaw { get; init; }

        public string? Separator { get; init; }

        public IReadOnlyList<IOriginalTopicMetadata> Pairs { get; init; } = [];

        public SubscriptionBulk? Bulk { get; init; }
    }
}
