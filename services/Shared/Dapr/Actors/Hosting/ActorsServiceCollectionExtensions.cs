using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the actor host and the means to call actors.</summary>
public static class ActorsServiceCollectionExtensions
{
    /// <summary>Registers the app's actors and an <see cref="IActorProxyFactory"/> with the same JSON options.</summary>
    public static void AddActors(this IServiceCollection? services, Action<ActorRuntimeOptions>? configure,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.AddHealthChecks();
        services.AddLogging();
        services.AddOptions<ActorRuntimeOptions>();
        services.TryAdd(new ServiceDescriptor(typeof(ActorActivatorFactory), provider => new ScopedActorActivatorFactory(provider), lifetime));
        services.TryAdd(new ServiceDescriptor(typeof(IActorProxyFactory), CreateProxyFactory, lifetime));
        services.TryAdd(new ServiceDescriptor(typeof(ActorRuntime), CreateRuntime, lifetime));
        if (configure is not null)
        {
            services.Configure(configure);
        }
    }

    private static ActorProxyFactory CreateProxyFactory(IServiceProvider services)
    {
        ActorRuntimeOptions options = services.GetRequiredService<IOptions<ActorRuntimeOptions>>().Value;
        (string endpoint, string token) = SidecarOf(services, options);
        return new ActorProxyFactory(new ActorProxyOptions
        {
            JsonSerializerOptions = options.JsonSerializerOptions,
            HttpEndpoint = endpoint,
            DaprApiToken = token,
            UseJsonSerialization = options.UseJsonSerialization,
        });
    }

    private static ActorRuntime CreateRuntime(IServiceProvider services)
    {
        ActorRuntimeOptions options = services.GetRequiredService<IOptions<ActorRuntimeOptions>>().Value;
        (string endpoint, string token) = SidecarOf(services, options);
        return new ActorRuntime(options, ActorSidecar.Create(endpoint, token), services.GetRequiredService<ActorActivatorFactory>(),
            services.GetRequiredService<IActorProxyFactory>(), services.GetRequiredService<ILoggerFactory>(),
            services.GetService<TimeProvider>() ?? TimeProvider.System);
    }

    private static (string Endpoint, string Token) SidecarOf(IServiceProvider services, ActorRuntimeOptions options)
    {
        IConfiguration? configuration = services.GetService<IConfiguration>();
        return (options.HttpEndpoint ?? DaprDefaults.GetDefaultHttpEndpoint(configuration),
            options.DaprApiToken ?? DaprDefaults.GetDefaultDaprApiToken(configuration));
    }
}
