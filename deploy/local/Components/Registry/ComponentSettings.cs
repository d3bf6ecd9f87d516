using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>What a component is made from: its resource with every secret resolved. Complaints name file, component and field.</summary>
public sealed class ComponentSettings
{
    /// <summary>Settings of a resource.</summary>
    public ComponentSettings(ComponentResource resource, IReadOnlyDictionary<string, string> metadata)
    {
        Resource = resource;
        Metadata = metadata;
    }

    /// <summary>The resource.</summary>
    public ComponentResource Resource { get; }

    /// <summary>Values by name, without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>A text, or null when it is missing or empty.</summary>
    public string? Text(string field) => Metadata.TryGetValue(field, out string? value) && value.Length > 0 ? value : null;

    /// <summary>A text that must be there.</summary>
    public string Required(string field) => Text(field) ?? throw Error(field, "is required");

    /// <summary>A whole number within limits.</summary>
    public int Int(string field, int fallback, int min, int max)
    {
        if (Text(field) is not { } text) return fallback;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw Error(field, $"'{text}' is not a whole number from {min} to {max}");
    }

    /// <summary>A boolean.</summary>
    public bool Bool(string field, bool fallback) =>
        Text(field) is not { } text ? fallback : GoBool.TryParse(text, out bool value) ? value : throw Error(field, $"'{text}' is not a boolean (true or false)");

    /// <summary>A duration: a bare number is milliseconds, else a Go duration; never negative.</summary>
    public TimeSpan Duration(string field, TimeSpan fallback)
    {
        if (Text(field) is not { } text) return fallback;
        return GoDuration.TryParse(text, bareMilliseconds: true, out TimeSpan value) && value >= TimeSpan.Zero
            ? value
            : throw Error(field, $"'{text}' is not a duration such as 500ms, 30s or 1m30s (a bare number is milliseconds)");
    }

    /// <summary>A complaint about a field.</summary>
    public ComponentException Error(string field, string problem) => new($"{Prefix}: metadata field '{field}' {problem}");

    /// <summary>A complaint about the component.</summary>
    public ComponentException Error(string problem, Exception? cause = null) =>
        cause is null ? new ComponentException($"{Prefix}: {problem}") : new ComponentException($"{Prefix}: {problem}", cause);

    private string Prefix => $"{Resource.Source.File}:{Resource.Source.Line}: component '{Resource.Name}' ({Resource.Type})";
}
