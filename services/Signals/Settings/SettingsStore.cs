using System.Text.Json;
using System.Text.Json.Nodes;
using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>The ledger as it was read.</summary>
/// <param name="Ledger">The versions.</param>
/// <param name="ETag">What a save must show to replace it; empty when nothing is stored yet.</param>
internal sealed record StoredLedger(SettingsLedger Ledger, string ETag);

/// <summary>Where the versions of the settings are kept, for all replicas.</summary>
internal interface ISettingsStore
{
    /// <summary>What is stored; version 1 with the settings of before, or the defaults, when nothing is.</summary>
    Task<StoredLedger> LoadAsync(CancellationToken cancellationToken);

    /// <summary>False when somebody else changed it since it was read.</summary>
    Task<bool> TrySaveAsync(SettingsLedger ledger, string etag, CancellationToken cancellationToken);
}

/// <summary>Keeps the versions in the state store; the first writer wins.</summary>
internal sealed class SettingsStore(DaprClient dapr) : ISettingsStore
{
    private const string Key = "strategy-versions";

    /// <summary>Where settings were kept before there were versions; read, never written.</summary>
    private const string KeyBefore = "strategies";

    public async Task<StoredLedger> LoadAsync(CancellationToken cancellationToken)
    {
        (SettingsLedger? ledger, string etag) = await dapr.GetStateAndETagAsync<SettingsLedger?>(
            StateStores.State, Key, cancellationToken: cancellationToken);
        ledger ??= SettingsLedger.StartingWith(await BeforeVersionsAsync(cancellationToken));
        foreach (SettingsVersion version in ledger.Versions)
        {
            if (version.Settings.Validate() is { Count: > 0 } errors)
            {
                throw new InvalidDataException(
                    $"Version {version.Version} of the stored settings is not valid: {string.Join("; ", errors.Select(e => $"{e.Key} {e.Value[0]}"))}");
            }
        }

        return new StoredLedger(ledger, etag);
    }

    public Task<bool> TrySaveAsync(SettingsLedger ledger, string etag, CancellationToken cancellationToken) =>
        dapr.TrySwapAsync(StateStores.State, Key, ledger, etag, cancellationToken);

    private async Task<StrategySettings> BeforeVersionsAsync(CancellationToken cancellationToken)
    {
        JsonObject? stored = await dapr.GetStateAsync<JsonObject?>(StateStores.State, KeyBefore, cancellationToken: cancellationToken);
        if (stored is null)
            return StrategySettings.Default;

        // The oldest of them do not name a side of zero: then every crossing counted.
        if (stored["macdCross"] is not JsonObject macd)
            stored["macdCross"] = macd = [];
        macd.TryAdd("zeroSide", "any");
        return stored.Deserialize(SignalsJson.Default.StrategySettings)!;
    }
}
