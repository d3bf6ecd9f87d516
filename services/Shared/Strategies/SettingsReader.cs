using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprTrading.Strategies;

/// <summary>Settings that were read, or what is wrong with them.</summary>
/// <param name="Settings">Valid settings; null when there are errors.</param>
/// <param name="Errors">Messages by field as on the wire; empty when the settings are valid.</param>
public sealed record SettingsReading(StrategySettings? Settings, IReadOnlyDictionary<string, string[]> Errors);

/// <summary>Reads settings as people write them. A name that is not known is refused: ignored, it would set back to its default what it was meant to set.</summary>
public static class SettingsReader
{
    private const int MaxShown = 40;
    private const string ContextField = "context", Body = "body";

    // What GET /strategies says besides the settings may be sent back, and is not read.
    private static readonly FrozenSet<string> ReadOnly = FrozenSet.ToFrozenSet(
        ["version", "effectiveFrom", "changedAt", "changedBy", "contextWeight", "strategies"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, IReadOnlyList<ParameterDescription>> Sections = StrategyDescriptions.Of(StrategySettings.Default)
        .Select(strategy => KeyValuePair.Create(strategy.Field, strategy.Parameters))
        .Append(KeyValuePair.Create<string, IReadOnlyList<ParameterDescription>>(ContextField, [StrategyDescriptions.ContextWeight]))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a document like that of <c>GET /strategies</c>; what is absent, or a strategy that is null, is the default.</summary>
    public static SettingsReading Read(JsonElement document)
    {
        var errors = new SettingsErrors();
        if (document.ValueKind != JsonValueKind.Object)
            errors.Add(Body, $"must be a JSON object, but is {Shown(document)}.");
        else
            CheckSections(document, errors);
        if (errors.ByField.Count > 0)
            return new SettingsReading(null, errors.ByField);

        StrategySettings settings = document.Deserialize(StrategiesJson.Default.StrategySettings)!;
        IReadOnlyDictionary<string, string[]> invalid = settings.Validate();
        return new SettingsReading(invalid.Count == 0 ? settings : null, invalid);
    }

    private static void CheckSections(JsonElement document, SettingsErrors errors)
    {
        foreach (JsonProperty section in document.EnumerateObject())
        {
            if (Sections.TryGetValue(section.Name, out IReadOnlyList<ParameterDescription>? parameters))
                Check(section, parameters, errors);
            else if (!ReadOnly.Contains(section.Name))
                errors.Add(Shown(section.Name), $"is not known; there are {string.Join(", ", Sections.Keys.Order(StringComparer.Ordinal))}.");
        }
    }

    private static void Check(JsonProperty section, IReadOnlyList<ParameterDescription> parameters, SettingsErrors errors)
    {
        if (section.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            errors.Add(section.Name, $"must be a JSON object, but is {Shown(section.Value)}.");
        if (section.Value.ValueKind != JsonValueKind.Object)
            return;
        foreach (JsonProperty property in section.Value.EnumerateObject())
        {
            string field = $"{section.Name}.{Shown(property.Name)}";
            if (parameters.FirstOrDefault(each => string.Equals(each.Name, property.Name, StringComparison.OrdinalIgnoreCase)) is not { } parameter)
                errors.Add(field, $"is not known; {section.Name} has {string.Join(", ", parameters.Select(each => each.Name))}.");
            else if (Wanted(parameter, property.Value) is { } wanted)
                errors.Add(field, $"must be {wanted}, but is {Shown(property.Value)}.");
        }
    }

    /// <summary>What a value should be; null when it is.</summary>
    private static string? Wanted(ParameterDescription parameter, JsonElement value) => parameter.Kind switch
    {
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false",
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _) ? null : "a whole number",
        "number" => value.ValueKind == JsonValueKind.Number ? null : "a number",
        _ => value.ValueKind == JsonValueKind.String && parameter.Choices!.Contains(value.GetString(), StringComparer.OrdinalIgnoreCase)
            ? null
            : $"one of {string.Join(", ", parameter.Choices!)}",
    };

    private static string Shown(JsonElement value) => Shown(value.GetRawText());

    private static string Shown(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StrategySettings))]
internal sealed partial class StrategiesJson : JsonSerializerContext;
