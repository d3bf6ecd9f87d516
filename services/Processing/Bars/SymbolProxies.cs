using System.Collections.Concurrent;
using Dapr.Actors;
using Dapr.Actors.Client;
using DaprTrading.Contracts;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Processing.Bars;

/// <summary>Calls the actors through the sidecar. Keeps a proxy per symbol, because making one is not free.</summary>
internal sealed class SymbolProxies(ActorProxyOptions options) : ISymbols
{
    private const int MaxProxies = 10_000;

    private readonly ConcurrentDictionary<string, ActorProxy> _proxies = new();

    public Task<ApplyResult> ApplyAsync(BarBatch batch, CancellationToken cancellationToken) =>
        ProxyOf(batch.Symbol).InvokeMethodAsync<BarBatch, ApplyResult>(nameof(ISymbolActor.ApplyAsync), batch, cancellationToken);

    private ActorProxy ProxyOf(string symbol)
    {
        if (_proxies.TryGetValue(symbol, out ActorProxy? known))
            return known;

        // A proxy is only an address: forgetting all of them now and then is cheaper than remembering which was used last.
        if (_proxies.Count >= MaxProxies)
            _proxies.Clear();
        return _proxies.GetOrAdd(symbol, static (id, options) => ActorProxy.Create(new ActorId(id), ActorTypes.Symbol, options), options);
    }
}
