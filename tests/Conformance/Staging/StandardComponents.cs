using System.Text.Json;

namespace DaprTrading.Conformance.Staging;

/// <summary>What the sidecar that is checked must have loaded: the components of <c>components/</c> that are for <c>web</c>.</summary>
internal static class StandardComponents
{
    /// <summary>App id of the sidecar.</summary>
    public const string AppId = "web";

    /// <summary>Type by name.</summary>
    public static IReadOnlyDictionary<string, string> Types { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bus"] = "pubsub.redis", ["bus-retry"] = "pubsub.redis", ["bus-503"] = "pubsub.redis", ["bus-scoped"] = "pubsub.redis", ["bus-nothing"] = "pubsub.redis",
        ["bus-allowed"] = "pubsub.redis", ["store"] = "state.redis", ["store-name"] = "state.redis", ["store-none"] = "state.redis", ["memory"] = "state.in-memory",
        ["sqlite"] = "state.sqlite",
    };

    /// <summary>Why a sidecar cannot be checked, from its metadata; null: it can.</summary>
    public static string? Missing(JsonElement metadata)
    {
        string id = Text(metadata, "id");
        if (id != AppId) return $"its app id is '{id}', and must be '{AppId}'";

        Dictionary<string, string> loaded = Items(metadata, "components").DistinctBy(one => Text(one, "name")).ToDictionary(one => Text(one, "name"), one => Text(one, "type"), StringComparer.Ordinal);
        string[] wrong = [.. Types.Where(wanted => loaded.GetValueOrDefault(wanted.Key) != wanted.Value)
            .Select(wanted => $"{wanted.Key} ({wanted.Value}{(loaded.TryGetValue(wanted.Key, out string? type) ? $", not {type}" : "")})")];
        if (wrong.Length > 0) return $"it lacks components of tests/Conformance/components: {string.Join(", ", wrong)}";

        return Items(metadata, "subscriptions").Any(one => Text(one, "topic") == "conf-plain")
            ? null
            : "it has no subscriptions: it was started before, and asked another app for them; start it again";
    }

    private static IEnumerable<JsonElement> Items(JsonElement metadata, string name) =>
        metadata.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string Text(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement text) ? text.ToString() : "";
}
