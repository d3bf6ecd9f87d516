using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Actors.Runtime;

/// <summary>Makes actors from the service container: one scope per activation, <see cref="ActorHost"/> as the extra argument.</summary>
internal sealed class ScopedActorActivator(IServiceProvider services, ActorTypeInformation type) : ActorActivator
{
    private readonly ObjectFactory _create = ActivatorUtilities.CreateFactory(type.ImplementationType, [typeof(ActorHost)]);

    public override async Task<ActorActivatorState> CreateAsync(ActorHost host)
    {
        AsyncServiceScope scope = services.CreateAsyncScope();
        try
        {
            return new Scoped((Actor)_create(scope.ServiceProvider, [host]), scope);
        }
        catch
        {
            await scope.DisposeAsync();
            throw;
        }
    }

    public override async Task DeleteAsync(ActorActivatorState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        try
        {
            if (state.Actor is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else if (state.Actor is IDisposable synchronous)
            {
                synchronous.Dispose();
            }
        }
        finally
        {
            await ((Scoped)state).Scope.DisposeAsync();
        }
    }

    private sealed class Scoped(Actor actor, AsyncServiceScope scope) : ActorActivatorState(actor)
    {
        public AsyncServiceScope Scope => scope;
    }
}

/// <summary>Gives every actor type an activator over the service container.</summary>
internal sealed class ScopedActorActivatorFactory(IServiceProvider services) : ActorActivatorFactory
{
    public override ActorActivator CreateActivator(ActorTypeInformation type) => new ScopedActorActivator(services, type);
}
