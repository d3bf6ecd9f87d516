using System.Collections.Concurrent;
using Dapr.Actors;
using Dapr.Actors.Client;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>What deliveries ask of the actors.</summary>
internal interface ISummaryCalls
{
    /// <summary>Has a symbol's actor add points; throws when it did not.</summary>
    Task ApplyAsync(string symbol, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken);

    /// <summary>Has a symbol's actor count signals; throws when it did not.</summary>
    Task CountAsync(string symbol, IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken);
}

/// <summary>Calls the actors of the symbols, wherever they live.</summary>
internal sealed class SummaryActors(IActorProxyFactory proxies) : ISummaryCalls
{
    private const int MaxProxies = 10_000;

    private readonly ConcurrentDictionary<string, ActorProxy> _proxies = new(StringComparer.Ordinal);

    /// <summary>The proxy of one symbol's actor; kept, because a new one costs a handler chain.</summary>
    public ActorProxy Of(string symbol)
    {
        if (_proxies.TryGetValue(symbol, out ActorProxy? known))
        {
            return known;
        }

        // A proxy is only an address: forgetting all of them now and then is cheaper than remembering which was used last.
        if (_proxies.Count >= MaxProxies)
        {
            _proxies.Clear();
        }

        return _proxies.GetOrAdd(symbol, static (id, factory) => factory.Create(new ActorId(id), ActorTypes.Summary), proxies);
    }

    public Task ApplyAsync(string symbol, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken) =>
        Of(symbol).InvokeMethodAsync(nameof(ISummaryActor.ApplyAsync), points, cancellationToken);

    public Task CountAsync(string symbol, IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken) =>
        Of(symbol).InvokeMethodAsync(nameof(ISummaryActor.CountAsync), signals, cancellationToken);
}
