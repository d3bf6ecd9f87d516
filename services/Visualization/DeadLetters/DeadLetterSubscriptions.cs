using System.Text.Json;
using Dapr;

namespace DaprTrading.Visualization.DeadLetters;

/// <summary>Takes what no service could handle into the <see cref="DeadLetterBook"/>.</summary>
/// <remarks>
/// On the bus, where the replicas share the work, not on the broadcast bus: each dead letter is written down once. The dead-letter topics are
/// subscribed as raw, since a message that is no CloudEvent must be seen, too.
/// </remarks>
internal static class DeadLetterSubscriptions
{
    public static void MapDeadLetterSubscriptions(this IEndpointRouteBuilder routes)
    {
        var book = routes.ServiceProvider.GetRequiredService<DeadLetterBook>();
        foreach (string topic in Topics.WithDeadLetters) Map(routes, Topics.DeadLetter(topic), raw: true, http => AddAsync(book, topic, http));
        Map(routes, Topics.Republished, raw: false, http => RemoveAsync(book, http));
    }

    private static void Map(IEndpointRouteBuilder routes, string topic, bool raw, RequestDelegate handle) => routes
        .MapPost($"/events/{PubSubNames.Bus}/{topic}", handle)
        .WithTopic(new TopicOptions { PubsubName = PubSubNames.Bus, Name = topic, EnableRawPayload = raw })
        .ExcludeFromDescription();

    private static async Task AddAsync(DeadLetterBook book, string topic, HttpContext http)
    {
        using var message = new MemoryStream();
        await http.Request.Body.CopyToAsync(message, http.RequestAborted);
        await book.AddAsync(topic, message.GetBuffer().AsMemory(0, (int)message.Length), http.RequestAborted);
    }

    private static async Task RemoveAsync(DeadLetterBook book, HttpContext http)
    {
        DeadLettersRepublished? republished = null;
        try
        {
            republished = await JsonSerializer.DeserializeAsync(http.Request.Body, ContractsJson.Default.DeadLettersRepublished, http.RequestAborted);
        }
        catch (JsonException)
        {
            // Answered below: whoever published this cannot be helped by a repetition.
            republished = null;
        }

        if (republished is { Topic: not null, Ids: not null }) await book.RemoveAsync(republished, http.RequestAborted);
        else http.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
