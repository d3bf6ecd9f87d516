using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>What a component is made from: its resource with every secret resolved. Complaints name file, component and field.</summary>
public sealed partial class ComponentSettings
{
    // Read by the sidecar or the actors, whatever the component's type.
    private static readonly string[] SidecarFields =
    [
        "consumerID", "keyPrefix", "actorStateStore", "allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes",
        "outboxPublishPubsub", "outboxPublishTopic", "outboxPubsub", "outboxDiscardWhenMissingState",
    ];

    /// <summary>Settings of a resource.</summary>
    public ComponentSettings(ComponentResource resource, IReadOnlyDictionary<string, string> metadata)
    {
        Resource = resource;
        Metadata = metadata;
    }

    /// <summary>The resource.</summary>
    public ComponentResource Resource { get; }

    /// <summary>Values by name, without regard to case, with their templates left in.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>A text with its templates resolved, or null when it is missing or empty.</summary>
    public string? Text(string field) => Metadata.TryGetValue(field, out string? value) && value.Length > 0 ? Resource.Resolve(value) : null;

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

    /// <summary>A duration where a bare number is seconds, else a Go duration; may be negative.</summary>
    /// <param name="fallback">When neither field is given.</param>
    /// <param name="fields">The field and its other names.</param>
    public TimeSpan Seconds(TimeSpan fallback, params ReadOnlySpan<string> fields)
    {
        foreach (string field in fields)
        {
            if (Text(field) is not { } text) continue;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds)) return TimeSpan.FromSeconds(seconds);
            return GoDuration.TryParse(text, bareMilliseconds: false, out TimeSpan value)
                ? value
                : throw Error(field, $"'{text}' is not a duration such as 500ms, 30s or 1m30s (a bare number is seconds)");
        }

        return fallback;
    }

    /// <summary>Refuses fields that are given but that the local runtime cannot honour.</summary>
    public void Refuse(string reason, params ReadOnlySpan<string> fields)
    {
        foreach (string field in fields)
        {
            if (Text(field) is { } text && !(GoBool.TryParse(text, out bool on) && !on)) throw Error(field, $"is not supported by the local runtime: {reason}");
        }
    }

    /// <summary>Warns of fields nobody reads: Dapr ignores them, so a misspelt one would go unnoticed.</summary>
    public void WarnUnknown(ILogger logger, params ReadOnlySpan<string> known)
    {
        foreach (string field in Metadata.Keys)
        {
            if (Contains(known, field) || Contains(SidecarFields, field)) continue;
            LogUnknown(logger, Prefix, field);
        }
    }

    /// <summary>A complaint about a field.</summary>
    public ComponentException Error(string field, string problem) => new($"{Prefix}: metadata field '{field}' {problem}");

    /// <summary>A complaint about the component.</summary>
    public ComponentException Error(string problem, Exception? cause = null) =>
        cause is null ? new ComponentException($"{Prefix}: {problem}") : new ComponentException($"{Prefix}: {problem}", cause);

    private static bool Contains(ReadOnlySpan<string> names, string name)
    {
        foreach (string candidate in names)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component}: metadata field '{Field}' is unknown and ignored")]
    private static partial void LogUnknown(ILogger logger, string component, string field);

    private string Prefix => $"{Resource.Source.File}:{Resource.Source.Line}: component '{Resource.Name}' ({Resource.Type})";
}
