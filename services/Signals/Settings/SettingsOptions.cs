using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Signals.Settings;

/// <summary>How changes of the strategies' settings take effect.</summary>
internal sealed class SettingsOptions
{
    public const string Section = "Signals:Settings";

    /// <summary>
    /// How far ahead of now the settings are fixed while bars arrive: a change applies from a bar at most this much later. Each replica asks the store
    /// again when that time is over. Default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Lead { get; init; } = TimeSpan.FromSeconds(10);
}
