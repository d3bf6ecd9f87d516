using DaprTrading.LocalRuntime.Actors;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The Dapr side of a run: components, actors, sidecars. Disposing ends them in the reverse order.</summary>
internal sealed class Backplane : IAsyncDisposable
{
    private readonly ComponentRegistry _registry;

    private Backplane(ComponentRegistry registry, IActorRuntime actors, ISidecarHost sidecars)
    {
        _registry = registry;
        Actors = actors;
        Sidecars = sidecars;
    }

    /// <summary>Actors.</summary>
    public IActorRuntime Actors { get; }

    /// <summary>Sidecars.</summary>
    public ISidecarHost Sidecars { get; }

    /// <summary>Connects the components.</summary>
    /// <param name="resources">What was loaded.</param>
    /// <param name="variables">Variables the components see on top of the process's environment.</param>
    /// <param name="beforeSubscribing">Done before the subscriptions of an app begin.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="UserException">A component cannot be used.</exception>
    public static async Task<Backplane> CreateAsync(
        ResourceSet resources, IReadOnlyDictionary<string, string> variables, Func<LocalSidecar, CancellationToken, Task> beforeSubscribing,
        ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(ComponentEnvironment.FromProcess().Variables, StringComparer.Ordinal);
        foreach (var (name, value) in variables) environment[name] = value;
        try
        {
            ComponentRegistry registry = await ComponentRegistry
                .CreateAsync(resources, new ComponentEnvironment(environment), loggers, time, cancellationToken).ConfigureAwait(false);
            var policies = new ResiliencyPolicies(resources.Resiliency, time);
            var actors = new ActorRuntime(registry, policies, loggers, time);
            var sidecars = new SidecarHost(registry, policies, actors, resources.Subscriptions, loggers, time) { BeforeSubscribing = beforeSubscribing };
            return new Backplane(registry, actors, sidecars);
        }
        catch (ComponentException e)
        {
            throw new UserException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Sidecars.DisposeAsync().ConfigureAwait(false);
        await Actors.DisposeAsync().ConfigureAwait(false);
        await _registry.DisposeAsync().ConfigureAwait(false);
    }
}
