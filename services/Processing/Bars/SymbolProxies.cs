using System.Collections.Concurrent;
using Dapr.Actors;
using Dapr.Actors.Client;
using DaprTrading.Contracts;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Processing.Bars;

/// <summary>Calls the actors through the sidecar. Keeps a proxy per symbol, because making one is not free.</summary>
internal sealed class SymbolProxies(IActorProxyFactory factory) : ISymbols
{
    private const int MaxProxies = 10_000;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, ActorProxy> _proxies = new();

    public Task<ApplyResult> ApplyAsync(BarBatch batch, CancellationToken cancellationToken) =>
        CallAsync(nameof(ISymbolActor.ApplyAsync), batch, cancellationToken);

    public Task<ApplyResult> ForgoAsync(BarBatch lost, CancellationToken cancellationToken) =>
        CallAsync(nameof(ISymbolActor.ForgoAsync), lost, cancellationToken);

    private async Task<ApplyResult> CallAsync(string method, BarBatch batch, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(CallTimeout);
        return await ProxyOf(batch.Symbol)
            .InvokeMethodAsync<BarBatch, ApplyResult>(method, batch, limited.Token);
    }

    private ActorProxy ProxyOf(string symbol)
    {
        if (_proxies.TryGetValue(symbol, out ActorProxy? known))
            return known;

        // A proxy is only an address: forgetting all of them now and then is cheaper than remembering which was used last.
        if (_proxies.Count >= MaxProxies)
            _proxies.Clear();
        return _proxies.GetOrAdd(symbol, static (id, factory) => factory.Create(new ActorId(id), ActorTypes.Symbol), factory);
    }
}
