using System.Text.Json;

namespace Dapr.Actors.Runtime;

/// <summary>What the sidecar sends when a timer or a reminder fires, and answers when asked for a reminder.</summary>
internal sealed record ActorCallback(string? Callback, byte[]? Data, TimeSpan DueTime, TimeSpan Period)
{
    public static ActorCallback Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"Expected an object with data, dueTime and period, but received {body.ValueKind}.");
        }

        return new ActorCallback(Text(body, "callback"), DataOf(body), ActorTimes.Parse(Text(body, "dueTime")), ActorTimes.Parse(Text(body, "period")));
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? DataOf(JsonElement body)
    {
        if (!body.TryGetProperty("data"u8, out JsonElement data) || data.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw new JsonException("The data of a timer or reminder must be a base64 string.");
    }
}
