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
    /// Subscribes to a topic: <c>POST /events/{pubsub}/{topic}</c>. What fails is delivered again, and ends in the topic's dead-letter topic when it has failed
    /// for 30 s while broker and state store were there.
    /// </summary>
    /// <remarks>
    /// An event that is not JSON of <typeparamref name="TEvent"/> goes to the dead-letter topic at once and leaves the others of its delivery alone; a
    /// body that cannot be read at all is answered with an error, and comes again.
    /// </remarks>
    public static IEndpointConventionBuilder MapBulkSubscription<TEvent>(
        this IEndpointRouteBuilder routes, string pubsub, string topic, BulkHandler<TEvent> handler, BulkSubscriptionSettings? settings = null)
        where TEvent : class
    {
        settings ??= new BulkSubscriptionSettings();
        var mark = routes.ServiceProvider.GetRequiredService<HandledMark>();
        var metrics = routes.ServiceProvider.GetRequiredService<EventMetrics>();
        var failing = routes.ServiceProvider.GetRequiredService<FailingEvents>();
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
            try
            {
                await handler(events, http, http.RequestAborted);
            }
            catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
            {
                logger.DeliveryFailed(topic, events.Count, e);
                events.RetryTheRest();
            }

            if (failing.Decide(topic, events) is > 0 and int poison) logger.EventsArePoison(topic, poison, FailingEvents.Limit.TotalSeconds);
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

    [LoggerMessage(1102, LogLevel.Warning, "{Events} events of topic {Topic} could not be handled; they come again")]
    public static partial void DeliveryFailed(this ILogger logger, string topic, int events, Exception exception);

    [LoggerMessage(1103, LogLevel.Error, "{Events} events of topic {Topic} failed for {Seconds} s while broker and state store were there; they went to its dead-letter topic")]
    public static partial void EventsArePoison(this ILogger logger, string topic, int events, double seconds);
}
