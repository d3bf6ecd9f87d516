using DaprTrading.ServiceDefaults;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>The versions of the settings, and up to when they are fixed: one document in the store, changed by compare-and-swap. Immutable.</summary>
/// <remarks>
/// A bar is decided by the newest version whose <see cref="SettingsVersion.EffectiveFrom"/> is not after the moment the edge accepted the bar. Two
/// rules make that the same for every replica, at any time, whatever their clocks say: nobody evaluates a bar accepted after <see cref="Horizon"/>
/// without moving the horizon first, and a new version always begins after the horizon it finds.
/// </remarks>
/// <param name="Versions">Oldest first, at least one; the oldest kept one also stands for those before it.</param>
/// <param name="Horizon">No version that is still to come begins at or before this moment, Unix milliseconds, UTC.</param>
/// <param name="Layout">Number of the layout.</param>
public sealed record SettingsLedger(IReadOnlyList<SettingsVersion> Versions, long Horizon, int Layout = 1)
{
    /// <summary>Number of the layout.</summary>
    public int Layout { get; init; } = StoredLayout.Checked(Layout, 1, "The versions of the strategies' settings");

    /// <summary>Versions that are kept.</summary>
    public const int MaxVersions = 100;

    /// <summary>The version accepted last, in force now or soon.</summary>
    internal SettingsVersion Newest => Versions[^1];

    /// <summary>Version 1.</summary>
    internal static SettingsLedger StartingWith(StrategySettings settings) => new([new SettingsVersion(1, 0, null, null, [], settings)], 0);

    /// <summary>With one more version.</summary>
    internal SettingsLedger Change(StrategySettings settings, string? by, long nowMs)
    {
        long from = Math.Max(nowMs, Math.Max(Horizon, Newest.EffectiveFrom) + 1);
        var next = new SettingsVersion(
            Newest.Version + 1, from, nowMs, by, SettingsDiff.Between(Newest.Settings, settings), settings);
        return this with { Versions = [.. Versions.Skip(Math.Max(0, Versions.Count + 1 - MaxVersions)), next] };
    }

    /// <summary>With the settings fixed up to a later moment.</summary>
    internal SettingsLedger FixUntil(long moment) => this with { Horizon = Math.Max(Horizon, moment) };
}
