namespace Dapr.Actors.Client;

/// <summary>Makes proxies that call actors by method name, with JSON.</summary>
public class ActorProxyFactory : IActorProxyFactory
{
    private readonly HttpMessageHandler? _handler;
    private ActorProxyOptions _defaultOptions;
    private Route? _lastRoute;

    public ActorProxyFactory(ActorProxyOptions? options = null, HttpMessageHandler? handler = null)
    {
        _defaultOptions = options ?? new ActorProxyOptions();
        _handler = handler;
    }

    /// <summary>Options of proxies that are made without any.</summary>
    public ActorProxyOptions DefaultOptions
    {
        get => _defaultOptions;
        set => _defaultOptions = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <inheritdoc />
    public TActorInterface CreateActorProxy<TActorInterface>(ActorId actorId, string actorType, ActorProxyOptions? options = null)
        where TActorInterface : IActor =>
        throw NoMethods();

    /// <inheritdoc />
    public object CreateActorProxy(ActorId actorId, Type actorInterfaceType, string actorType, ActorProxyOptions? options = null) =>
        throw NoMethods();

    /// <inheritdoc />
    public ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(actorId);
        ArgumentException.ThrowIfNullOrEmpty(actorType);
        options ??= _defaultOptions;
        return new ActorProxy(actorId, actorType, SidecarFor(options), options.JsonSerializerOptions);
    }

    private static NotSupportedException NoMethods() =>
        new($"Proxies with the methods of an actor interface need .NET remoting; call {nameof(IActorProxyFactory)}.{nameof(Create)} and invoke by name.");

    private ActorSidecar SidecarFor(ActorProxyOptions options)
    {
        Route? route = Volatile.Read(ref _lastRoute);
        if (route is null || !route.Fits(options))
        {
            ActorSidecar sidecar = ActorSidecar.Create(options.HttpEndpoint, options.DaprApiToken, options.RequestTimeout, _handler);
            route = new Route(options.HttpEndpoint, options.DaprApiToken, options.RequestTimeout, sidecar);
            Volatile.Write(ref _lastRoute, route);
        }

        return route.Sidecar;
    }

    private sealed record Route(string Endpoint, string? ApiToken, TimeSpan? Timeout, ActorSidecar Sidecar)
    {
        public bool Fits(ActorProxyOptions options) =>
            Endpoint == options.HttpEndpoint && ApiToken == options.DaprApiToken && Timeout == options.RequestTimeout;
    }
}
