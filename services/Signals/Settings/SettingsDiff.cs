using System.Text.Json;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>What changed between two settings, field by field as they are called on the wire.</summary>
internal static class SettingsDiff
{
    public static IReadOnlyList<SettingChange> Between(StrategySettings before, StrategySettings after)
    {
        JsonElement old = JsonSerializer.SerializeToElement(before, SignalsJson.Default.StrategySettings);
        JsonElement now = JsonSerializer.SerializeToElement(after, SignalsJson.Default.StrategySettings);
        var changes = new List<SettingChange>();
        foreach (JsonProperty group in now.EnumerateObject())
        {
            foreach (JsonProperty field in group.Value.EnumerateObject())
            {
                string from = old.GetProperty(group.Name).GetProperty(field.Name).GetRawText(), to = field.Value.GetRawText();
                if (from != to)
                    changes.Add(new SettingChange($"{group.Name}.{field.Name}", from, to));
            }
        }

        return changes;
    }
}
