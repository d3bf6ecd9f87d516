using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>Where the settings of the strategies are kept, for all replicas.</summary>
internal interface ISettingsStore
{
    /// <summary>The settings people chose; null when they never did.</summary>
    Task<StrategySettings?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the store has the settings.</summary>
    Task SaveAsync(StrategySettings settings, CancellationToken cancellationToken);
}

/// <summary>Keeps the settings in the state store; the last writer wins.</summary>
internal sealed class SettingsStore(DaprClient dapr) : ISettingsStore
{
    private const string Key = "strategies";

    public async Task<StrategySettings?> LoadAsync(CancellationToken cancellationToken) =>
        await dapr.GetStateAsync<StrategySettings?>(StateStores.State, Key, cancellationToken: cancellationToken);

    public Task SaveAsync(StrategySettings settings, CancellationToken cancellationToken) =>
        dapr.SaveStateAsync(StateStores.State, Key, settings, cancellationToken: cancellationToken);
}
