using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprTrading.LocalRuntime.Host.DeadLetters;

/// <summary>A message no app could handle, as the data folder keeps it.</summary>
internal sealed record DeadLetter
{
    /// <summary>Pub/sub component it came by.</summary>
    public required string PubSub { get; init; }

    /// <summary>The dead-letter topic.</summary>
    public required string DeadLetterTopic { get; init; }

    /// <summary>The topic it was published to first.</summary>
    public required string Topic { get; init; }

    /// <summary>Id of the event; empty when it has none.</summary>
    public string Id { get; init; } = "";

    /// <summary>When it was kept.</summary>
    public DateTimeOffset KeptAt { get; init; }

    /// <summary>Request metadata stored with it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The CloudEvent; null when the message is no JSON object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Event { get; init; }

    /// <summary>The bytes of a message that is no JSON object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Raw { get; init; }

    /// <summary>The bytes to publish.</summary>
    public byte[] Bytes() => Event is { } cloudEvent ? Encoding.UTF8.GetBytes(cloudEvent.GetRawText()) : Raw ?? [];

    /// <summary>Makes one of a delivered message.</summary>
    /// <param name="pubSub">Component.</param>
    /// <param name="deadLetterTopic">Dead-letter topic.</param>
    /// <param name="origin">The topic it came from when the message itself does not say.</param>
    /// <param name="message">The message.</param>
    public static DeadLetter From(string pubSub, string deadLetterTopic, string origin, PubSubMessage message)
    {
        JsonElement? read = Read(message.Data);
        return new DeadLetter
        {
            PubSub = pubSub,
            DeadLetterTopic = deadLetterTopic,
            Topic = Text(read, "topic") ?? origin,
            Id = Text(read, "id") ?? "",
            Metadata = message.Metadata,
            Event = read,
            Raw = read is null ? message.Data.ToArray() : null,
        };
    }

    private static JsonElement? Read(ReadOnlyMemory<byte> data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;   // a raw payload: kept as it is
        }
    }

    private static string? Text(JsonElement? parent, string name) =>
        parent is { } element && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
