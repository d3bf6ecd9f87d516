using System.Collections.Concurrent;
using Polly;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A state store as one sidecar uses it.</summary>
internal sealed class StateTarget(IStateStore store, SidecarOptions options, IResiliencyPolicies resiliency, SidecarMetrics metrics, TimeProvider time)
{
    private readonly string _prefix = Prefix(store, options);
    private readonly ResiliencePipeline? _outbound = resiliency.OutboundComponent(options.AppId, store.Name, ComponentKind.StateStore);

    public IStateStore Store { get; } = store;

    public bool Transactional { get; } = store.Capabilities.Contains("TRANSACTIONAL");

    /// <summary>The key in the store.</summary>
    public string Stored(string key) => _prefix + key;

    /// <summary>Runs a call to the store under its policy; the operation is its name in the metrics.</summary>
    public async Task<TResult> CallAsync<TState, TResult>(
        string operation, TState state, Func<TState, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        bool success = false;
        try
        {
            TResult result = _outbound is null ? await call(state, cancellationToken) : await _outbound.ExecuteAsync(
                static (run, token) => new ValueTask<TResult>(run.call(run.state, token)), (state, call), cancellationToken);
            success = true;
            return result;
        }
        finally
        {
            metrics.StateCalled(Store.Name, operation, success, time.GetElapsedTime(began));
        }
    }

    /// <summary>Runs a call to the store under its policy; the operation is its name in the metrics.</summary>
    public Task CallAsync<TState>(string operation, TState state, Func<TState, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(operation, (state, call), static async (s, token) =>
        {
            await s.call(s.state, token);
            return true;
        }, cancellationToken);

    private static string Prefix(IStateStore store, SidecarOptions options)
    {
        string kind = store.Metadata.FirstOrDefault(entry => entry.Key.Equals("keyPrefix", StringComparison.OrdinalIgnoreCase)).Value ?? "";
#pragma warning disable CA1308 // Dapr lower-cases the value; it becomes part of the key.
        kind = kind.Trim().ToLowerInvariant();
#pragma warning restore CA1308
        return kind switch
        {
            "" or "appid" => $"{options.AppId}||",
            "name" => $"{store.Name}||",
            // Here, and here only, a sidecar without the variable is in no namespace.
            "namespace" => options.NamespaceVariable is { Length: > 0 } given ? $"{given}.{options.AppId}||" : $"{options.AppId}||",
            "none" => "",
            _ => $"{kind}||",
        };
    }
}

/// <summary>The state stores of one sidecar, by name.</summary>
internal sealed class StateTargets(SidecarOptions options, SidecarServices services, SidecarMetrics metrics)
{
    private readonly ConcurrentDictionary<string, StateTarget> _known = new(StringComparer.Ordinal);

    /// <summary>True when the app may use any state store at all.</summary>
    public bool Any => services.Registry.ForApp(options.AppId).Any(component => component is IStateStore);

    public StateTarget? Find(string name)
    {
        if (_known.TryGetValue(name, out StateTarget? known)) return known;
        IStateStore? store = services.Registry.FindStateStore(options.AppId, name);
        return store is null ? null : _known.GetOrAdd(name, new StateTarget(store, options, services.Resiliency, metrics, services.Time));
    }
}
