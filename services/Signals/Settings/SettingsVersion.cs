using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>One accepted change of the settings, and the settings after it.</summary>
/// <param name="Version">From 1, one more with each change; every signal carries it as <c>settingsVersion</c>.</param>
/// <param name="EffectiveFrom">
/// Decides the bars accepted at the edge (<c>ingestedAt</c>) from this moment on, Unix milliseconds, UTC; 0 for the first version.
/// </param>
/// <param name="ChangedAt">When it was asked for, Unix milliseconds, UTC; null for settings nobody changed.</param>
/// <param name="ChangedBy">Name of the operator's key; null when keys are not used.</param>
/// <param name="Changes">What differs from the version before.</param>
/// <param name="Settings">All settings.</param>
public sealed record SettingsVersion(
    int Version, long EffectiveFrom, long? ChangedAt, string? ChangedBy, IReadOnlyList<SettingChange> Changes, StrategySettings Settings);

/// <summary>One value that was changed.</summary>
/// <param name="Field">As on the wire, e.g. <c>rsiRecross.oversold</c>.</param>
/// <param name="From">Value before, as JSON.</param>
/// <param name="To">Value after, as JSON.</param>
public sealed record SettingChange(string Field, string From, string To);
