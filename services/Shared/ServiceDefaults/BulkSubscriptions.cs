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
    /// A delivery whose events are not JSON of <typeparamref name="TEvent"/> is answered entry by entry: those without data are dropped; a body that
    /// cannot be read at all is retried and then dead-lettered.
    /// </remarks>
    public static IEndpointConventionBuilder MapBulkSubscription<TEvent>(
        this IEndpointRouteBuilder routes, string pubsub, string topic, BulkHandler<TEvent> handler, BulkSubscriptionSettings? settings = null)
        where TEvent : class
    {
        settings ??= new BulkSubscriptionSettings();
        JsonSerializerOptions json = routes.ServiceProvider.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var messageInfo = (JsonTypeInfo<BulkSubscribeMessage<BulkMessageModel<TEvent>>>)json.GetTypeInfo(
            typeof(BulkSubscribeMessage<BulkMessageModel<TEvent>>));
        var responseInfo = (JsonTypeInfo<BulkSubscribeAppResponse>)json.GetTypeInfo(typeof(BulkSubscribeAppResponse));

        return routes
            .MapPost($"/events/{pubsub}/{topic}", (RequestDelegate)HandleAsync)
            .WithTopic(new TopicOptions { PubsubName = pubsub, Name = topic, DeadLetterTopic = Topics.DeadLetter(topic) })
            .WithBulkSubscribe(new BulkSubscribeTopicOptions
            {
                TopicName = topic, MaxMessagesCount = settings.MaxMessages, MaxAwaitDurationMs = settings.MaxAwaitMs,
            })
            .ExcludeFromDescription();

        async Task HandleAsync(HttpContext http)
        {
            var message = await JsonSerializer.DeserializeAsync(http.Request.Body, messageInfo, http.RequestAborted);
            var events = new BulkEvents<TEvent>(message?.Entries ?? []);
            events.DropWithoutData();
            await handler(events, http, http.RequestAborted);
            http.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(http.Response.Body, events.ToResponse(), responseInfo, http.RequestAborted);
        }
    }
}
