using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Something that is to happen in a turn of an actor; builds a fresh request for every attempt.</summary>
internal abstract class ActorCall(string type, string id)
{
    public string Type { get; } = type;

    public string Id { get; } = id;

    /// <summary>The chain the call belongs to; null for a new one.</summary>
    public virtual string? ReentrancyId => null;

    /// <summary>Cancelled when the client has gone away.</summary>
    public virtual CancellationToken Client => CancellationToken.None;

    /// <summary>The host that gave the last answer.</summary>
    public ActorHost? AnsweredBy { get; set; }

    /// <summary>The last answer, of whatever status.</summary>
    public HttpResponseMessage? Answer { get; set; }

    /// <summary>Requests built so far.</summary>
    public int Attempts { get; protected set; }

    public abstract HttpRequestMessage Request(Turn turn);
}

/// <summary>A method call that came through the API.</summary>
internal sealed class MethodCall(HttpContext http, string type, string id, string method, ReadOnlyMemory<byte> body) : ActorCall(type, id)
{
    private readonly string? _reentrancyId =
        http.Request.Headers.TryGetValue(AppRequests.ReentrancyHeader, out var value) && value.Count > 0 ? value[0] : null;

    public override string? ReentrancyId => _reentrancyId;

    public override CancellationToken Client => http.RequestAborted;

    public override HttpRequestMessage Request(Turn turn)
    {
        Attempts++;
        Uri uri = turn.Actor.MethodUri(method);
        if (http.Request.QueryString.HasValue) uri = new Uri(uri.OriginalString + http.Request.QueryString.Value, UriKind.Relative);

        var request = new HttpRequestMessage(HttpMethod.Put, uri) { Content = new ReadOnlyMemoryContent(body) };
        ForwardedHeaders.CopyRequest(http.Request, request);
        request.Headers.Remove(AppRequests.ApiCallHeader);
        request.Headers.TryAddWithoutValidation(AppRequests.ApiCallHeader, "true");
        AppRequests.AddReentrancy(request, turn);
        return request;
    }
}

/// <summary>The callback of a timer or reminder.</summary>
internal sealed class CallbackCall(string type, string id, string path, string name, ReadOnlyMemory<byte> body) : ActorCall(type, id)
{
    public override HttpRequestMessage Request(Turn turn)
    {
        Attempts++;
        return AppRequests.Callback(turn, path, name, body);
    }
}
