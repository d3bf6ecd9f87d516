using Dapr.Actors;
using Dapr.Actors.Runtime;

namespace DaprTrading.Tests.Contract.Sdk;

public interface IValueTask : IActor
{
    ValueTask DoAsync();
}

public interface IOverload : IActor
{
    Task DoAsync();

    Task DoAsync(int number);
}

public interface IGenericMethod : IActor
{
    Task DoAsync<T>(T value);
}

public interface IGenericInterface<T> : IActor
{
    Task DoAsync(T value);
}

public interface IStranger : IActor, IDisposable
{
    Task DoAsync();
}

public interface ITokenFirst : IActor
{
    Task DoAsync(CancellationToken cancellationToken, int number);
}

public sealed class ValueTaskActor(ActorHost host) : Actor(host), IValueTask
{
    public ValueTask DoAsync() => ValueTask.CompletedTask;
}

public sealed class OverloadActor(ActorHost host) : Actor(host), IOverload
{
    public Task DoAsync() => Task.CompletedTask;

    public Task DoAsync(int number) => Task.CompletedTask;
}

public sealed class GenericMethodActor(ActorHost host) : Actor(host), IGenericMethod
{
    public Task DoAsync<T>(T value) => Task.CompletedTask;
}

public sealed class GenericInterfaceActor(ActorHost host) : Actor(host), IGenericInterface<int>
{
    public Task DoAsync(int value) => Task.CompletedTask;
}

public sealed class StrangerActor(ActorHost host) : Actor(host), IStranger
{
    public Task DoAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }
}

public sealed class TokenFirstActor(ActorHost host) : Actor(host), ITokenFirst
{
    public Task DoAsync(CancellationToken cancellationToken, int number) => Task.CompletedTask;
}

public sealed class FacelessActor(ActorHost host) : Actor(host);
