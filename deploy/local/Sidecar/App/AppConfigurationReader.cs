using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Reads an app's answer to <c>GET /dapr/config</c>.</summary>
internal static class AppConfigurationReader
{
    /// <summary>The configuration; throws <see cref="JsonException"/> when the body is not what it should be.</summary>
    public static AppConfiguration Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = Json.Document(body);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object");

        AppConfiguration common = Apply(root, new AppConfiguration()) with { Entities = Json.Strings(Json.Member(root, "entities")) };
        var perType = new Dictionary<string, AppConfiguration>(StringComparer.Ordinal);
        if (Json.Member(root, "entitiesConfig") is { ValueKind: JsonValueKind.Array } overrides)
        {
            foreach (JsonElement entry in overrides.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object) throw new JsonException("entitiesConfig: expected objects");
                AppConfiguration specific = Apply(entry, common);
                foreach (string type in Json.Strings(Json.Member(entry, "entities"))) perType[type] = specific with { Entities = [type] };
            }
        }

        return common with { PerType = perType };
    }

    private static AppConfiguration Apply(JsonElement source, AppConfiguration basis)
    {
        JsonElement? reentrancy = Json.Member(source, "reentrancy");
        bool replaced = reentrancy is { ValueKind: JsonValueKind.Object };
        return basis with
        {
            ActorIdleTimeout = Duration(source, "actorIdleTimeout") ?? basis.ActorIdleTimeout,
            DrainOngoingCallTimeout = Duration(source, "drainOngoingCallTimeout") ?? basis.DrainOngoingCallTimeout,
            DrainRebalancedActors = Flag(source, "drainRebalancedActors") ?? basis.DrainRebalancedActors,
            ReentrancyEnabled = replaced ? Flag(reentrancy!.Value, "enabled") ?? false : basis.ReentrancyEnabled,
            ReentrancyMaxStackDepth = replaced ? Depth(reentrancy!.Value) : basis.ReentrancyMaxStackDepth,
        };
    }

    private static TimeSpan? Duration(JsonElement source, string name)
    {
        if (Json.Member(source, name) is not { ValueKind: JsonValueKind.String } element) return null;
        string text = element.GetString()!;
        if (text.Length == 0) return null;
        return Durations.TryParse(text, out TimeSpan duration) ? duration : throw new JsonException($"{name}: '{text}' is no duration");
    }

    private static bool? Flag(JsonElement source, string name) => Json.Member(source, name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static int Depth(JsonElement reentrancy) =>
        Json.Member(reentrancy, "maxStackDepth") is { ValueKind: JsonValueKind.Number } element && element.TryGetInt32(out int depth) ? depth : 32;
}
