using System.Text.Json;
using Dapr.Http;

namespace Dapr.Actors.Client;

/// <summary>Calls the methods of one actor by name, with one JSON argument and a JSON result.</summary>
/// <remarks>
/// Thread-safe. An exception in the actor is a <see cref="DaprApiException"/>, an unreachable sidecar an
/// <see cref="HttpRequestException"/>. Asking a result of a method that has none is a <see cref="JsonException"/>.
/// </remarks>
public class ActorProxy : IActorProxy
{
    private readonly ActorSidecar _sidecar;
    private readonly JsonSerializerOptions _json;
    private Target? _lastTarget;

    internal ActorProxy(ActorId actorId, string actorType, ActorSidecar sidecar, JsonSerializerOptions json)
    {
        ActorId = actorId;
        ActorType = actorType;
        _sidecar = sidecar;
        _json = json;
    }

    /// <summary>Makes proxies with the options of the environment.</summary>
    public static IActorProxyFactory DefaultProxyFactory { get; } = new ActorProxyFactory();

    public ActorId ActorId { get; }

    public string ActorType { get; }

    /// <summary>A proxy that calls methods by name.</summary>
    public static ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null) =>
        DefaultProxyFactory.Create(actorId, actorType, options);

    /// <summary>Calls a method with an argument and a result.</summary>
    public async Task<TResponse> InvokeMethodAsync<TRequest, TResponse>(string method, TRequest data,
        CancellationToken cancellationToken = default)
    {
        PooledBuffer body = Serialize(data);
        using HttpResponseMessage response = await SendAsync(method, body, cancellationToken);
        return await ReadAsync<TResponse>(response, cancellationToken);
    }

    /// <summary>Calls a method with an argument and no result.</summary>
    public async Task InvokeMethodAsync<TRequest>(string method, TRequest data, CancellationToken cancellationToken = default)
    {
        PooledBuffer body = Serialize(data);
        using HttpResponseMessage response = await SendAsync(method, body, cancellationToken);
    }

    /// <summary>Calls a method with a result and no argument.</summary>
    public async Task<TResponse> InvokeMethodAsync<TResponse>(string method, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await SendAsync(method, body: null, cancellationToken);
        return await ReadAsync<TResponse>(response, cancellationToken);
    }

    /// <summary>Calls a method with neither argument nor result.</summary>
    public async Task InvokeMethodAsync(string method, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await SendAsync(method, body: null, cancellationToken);
    }

    private PooledBuffer Serialize<TRequest>(TRequest data)
    {
        var body = new PooledBuffer();
        JsonPayload.Write(body, data, _json);
        return body;
    }

    private async Task<HttpResponseMessage> SendAsync(string method, PooledBuffer? body, CancellationToken cancellationToken)
    {
        MemoryContent? content = body is null ? null : new MemoryContent(body.Memory, SidecarHeaders.JsonUtf8);
        HttpResponseMessage response = await _sidecar.SendAsync(HttpMethod.Put, UriOf(method), content, cancellationToken);
        body?.Return();
        return response;
    }

    private async Task<TResponse> ReadAsync<TResponse>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        PooledBuffer body = await PooledBuffer.ReadAsync(response.Content, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(body.Span, _json.TypeInfo<TResponse>())!;
        }
        finally
        {
            body.Return();
        }
    }

    private Uri UriOf(string method)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        Target? target = Volatile.Read(ref _lastTarget);
        if (target is null || target.Method != method)
        {
            target = new Target(method, _sidecar.At(ActorType, ActorId.GetId()).Fixed("/method").Part(method).ToUri());
            Volatile.Write(ref _lastTarget, target);
        }

        return target.Uri;
    }

    private sealed record Target(string Method, Uri Uri);
}
