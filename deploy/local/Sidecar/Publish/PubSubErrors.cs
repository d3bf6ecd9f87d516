using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The errors of publishing.</summary>
internal static class PubSubErrors
{
    public static Task NotFoundAsync(HttpContext http, string pubSub) => ApiErrors.RichAsync(
        http, 404, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubSub} is not found", new ErrorDetails("DAPR_PUBSUB_NOT_FOUND"));

    public static Task ForbiddenAsync(HttpContext http, string pubSub, string topic, string appId)
    {
        string message = $"topic {topic} is not allowed for app id {appId}";
        return ApiErrors.RichAsync(http, 403, "ERR_PUBSUB_FORBIDDEN", message, Details("DAPR_PUBSUB_FORBIDDEN", pubSub, topic, message));
    }

    public static Task MetadataAsync(HttpContext http, string pubSub, string topic, string message) => ApiErrors.RichAsync(
        http, 400, "ERR_PUBSUB_REQUEST_METADATA", message, Details("DAPR_PUBSUB_METADATA_DESERIALIZATION", pubSub, topic, message));

    public static Task CloudEventAsync(HttpContext http, string pubSub, string topic)
    {
        const string message = "cannot create cloudevent";
        return ApiErrors.RichAsync(
            http, 500, "ERR_PUBSUB_CLOUD_EVENTS_SER", message, Details("DAPR_PUBSUB_CLOUD_EVENT_CREATION", pubSub, topic, message));
    }

    public static Task PublishAsync(HttpContext http, string pubSub, string topic, string error)
    {
        string message = $"error when publishing to topic {topic} in pubsub {pubSub}: {error}";
        return ApiErrors.RichAsync(
            http, 500, "ERR_PUBSUB_PUBLISH_MESSAGE", message, Details("DAPR_PUBSUB_PUBLISH_MESSAGE", pubSub, topic, error));
    }

    public static Task EventsAsync(HttpContext http, string pubSub, string topic, string message) => ApiErrors.RichAsync(
        http, 400, "ERR_PUBSUB_EVENTS_SER", message, Details("DAPR_PUBSUB_UNMARSHAL_EVENTS", pubSub, topic, message));

    private static ErrorDetails Details(string reason, string pubSub, string topic, string error) => new(reason, "pubsub", pubSub)
    {
        Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["topic"] = topic, ["error"] = error },
    };
}
