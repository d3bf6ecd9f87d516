using System.Net.Http.Headers;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The requests an app gets for its actors.</summary>
internal static class AppRequests
{
    /// <summary>Marks calls that came through the API.</summary>
    public const string ApiCallHeader = "Dapr-Api-Call";

    /// <summary>Identity of a chain of re-entrant calls.</summary>
    public const string ReentrancyHeader = "Dapr-Reentrancy-Id";

    /// <summary>On a 200 answer: the method threw.</summary>
    public const string ErrorHeader = "X-DaprErrorResponseHeader";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Protobuf = new("application/x-protobuf");

    /// <summary>A reminder or timer callback.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="path"><c>remind</c> or <c>timer</c>.</param>
    /// <param name="name">Name of the reminder or timer.</param>
    /// <param name="body">JSON.</param>
    public static HttpRequestMessage Callback(Turn turn, string path, string name, ReadOnlyMemory<byte> body)
    {
        var uri = new Uri($"{turn.Actor.Path}/method/{path}/{Uri.EscapeDataString(name)}", UriKind.Relative);
        var request = new HttpRequestMessage(HttpMethod.Put, uri) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        AddReentrancy(request, turn);
        return request;
    }

    /// <summary>A deactivation.</summary>
    public static HttpRequestMessage Deactivate(Actor actor)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(actor.Path, UriKind.Relative))
        {
            Content = new ReadOnlyMemoryContent(ReadOnlyMemory<byte>.Empty),
        };
        request.Content.Headers.ContentType = Protobuf;
        return request;
    }

    /// <summary>Every turn of a reentrant type carries the id of its chain.</summary>
    public static void AddReentrancy(HttpRequestMessage request, Turn turn)
    {
        if (turn.ReentrancyId is null) return;
        request.Headers.Remove(ReentrancyHeader);
        request.Headers.TryAddWithoutValidation(ReentrancyHeader, turn.ReentrancyId);
    }
}
