using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr;
using Dapr.AspNetCore;
using DaprTrading.Contracts;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace DaprTrading.ServiceDefaults;

/// <summary>Bulk subscriptions with a dead-letter topic.</summary>
public static class BulkSubscriptions
{
    /// <summary>
    /// Subscribes to a topic: <c>POST /events/{pubsub}/{topic}</c>. What cannot be handled ends in the topic's dead-letter topic once the
    /// resiliency policy gives up.
    /// </summary>
    /// <remarks>
    /// An event that is not JSON of <typeparamref name="TEvent"/> goes to the dead-letter topic at once and leaves the others of its delivery alone; a
    /// body that cannot be read at all is retried and then dead-lettered.
    /// </remarks>
    public static IEndpointConventionBuilder MapBulkSubscription<TEvent>(
        this IEndpointRouteBuilder routes, string pubsub, string topic, BulkHandler<TEvent> handler, BulkSubscriptionSettings? settings = null)
        where TEvent : class
    {
        settings ??= new BulkSubscriptionSettings();
        var mark = routes.ServiceProvider.GetRequiredService<HandledMark>();
        var metrics = routes.ServiceProvider.GetRequiredService<EventMetrics>();
        ILogger logger = routes.ServiceProvider.GetRequiredService<ILogger<BulkDeliveries>>();
        JsonSerializerOptions json = routes.ServiceProvider.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var reader = new BulkReader<TEvent>(json);
        var responseInfo = (JsonTypeInfo<BulkSubscribeAppResponse>)json.GetTypeInfo(typeof(BulkSubscribeAppResponse));

        var options = new TopicOptions { PubsubName = pubsub, Name = topic };
        if (settings.KeepsDead) options.DeadLetterTopic = Topics.DeadLetter(topic);
        return routes
            .MapPost($"/events/{pubsub}/{topic}", (RequestDelegate)HandleAsync)
            .WithTopic(options)
            .WithBulkSubscribe(new BulkSubscribeTopicOptions
            {
                TopicName = topic, MaxMessagesCount = settings.MaxMessages, MaxAwaitDurationMs = settings.MaxAwaitMs,
            })
            .ExcludeFromDescription();

        async Task HandleAsync(HttpContext http)
        {
            BulkEvents<TEvent> events = await reader.ReadAsync(http);
            int unreadable = events.DropWithoutData();
            if (unreadable > 0) logger.EventsUnreadable(topic, unreadable, events.Count);
            await handler(events, http, http.RequestAborted);
            if (settings.KeepsDead) events.MarkHandled(mark);
            if (events.Dropped is > 0 and int dropped) metrics.Dropped(topic, dropped);
            http.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(http.Response.Body, events.ToResponse(), responseInfo, http.RequestAborted);
        }
    }
}

/// <summary>Category of the log.</summary>
internal sealed class BulkDeliveries;

internal static partial class BulkSubscriptionsLog
{
    [LoggerMessage(1101, LogLevel.Warning, "{Unreadable} of {Events} events of topic {Topic} are not what it carries; they went to its dead-letter topic")]
    public static partial void EventsUnreadable(this ILogger logger, string topic, int unreadable, int events);
}
