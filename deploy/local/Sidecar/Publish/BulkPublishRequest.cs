using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>One entry of a bulk publish. <see cref="Event"/> is a slice of the request body.</summary>
internal readonly record struct BulkPublishEntry(
    string EntryId, ReadOnlyMemory<byte> Event, string ContentType, ContentKind Kind, IReadOnlyDictionary<string, string>? Metadata);

/// <summary>Reads a bulk publish body; events stay the bytes they are.</summary>
internal static class BulkPublishRequest
{
    /// <summary>The entries. Throws <see cref="JsonException"/> with what is wrong.</summary>
    public static List<BulkPublishEntry> Read(ReadOnlyMemory<byte> body)
    {
        Json.CheckTexts(body.Span);
        var reader = new Utf8JsonReader(body.Span, Json.Reading);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected an array of entries");

        var entries = new List<BulkPublishEntry>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected an entry object");
            BulkPublishEntry entry = Checked(ReadEntry(ref reader, body), entries.Count);
            if (entry.EntryId.Length == 0 || !ids.Add(entry.EntryId))
            {
                throw new JsonException($"entryId is duplicated or not present for entry {entries.Count}");
            }

            entries.Add(entry);
        }

        if (reader.Read()) throw new JsonException("unexpected text after the array");
        return entries;
    }

    /// <summary>The bytes of a payload that travels without an envelope.</summary>
    public static ReadOnlyMemory<byte> Raw(in BulkPublishEntry entry)
    {
        if (entry.Kind is ContentKind.Json or ContentKind.CloudEvent) return entry.Event;
        var reader = new Utf8JsonReader(entry.Event.Span);
        reader.Read();
        return entry.Kind == ContentKind.Binary ? reader.GetBytesFromBase64() : Encoding.UTF8.GetBytes(reader.GetString()!);
    }

    private static BulkPublishEntry ReadEntry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        string id = "", contentType = "";
        ReadOnlyMemory<byte> payload = default;
        IReadOnlyDictionary<string, string>? metadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (Member(ref reader))
            {
                case 1:
                    reader.Read();
                    id = Text(ref reader, "entryId");
                    break;
                case 2:
                    payload = Slice(ref reader, body);
                    break;
                case 3:
                    reader.Read();
                    contentType = Text(ref reader, "contentType");
                    break;
                case 4:
                    ReadOnlyMemory<byte> map = Slice(ref reader, body);
                    using (JsonDocument document = JsonDocument.Parse(map))
                    {
                        metadata = document.RootElement.ValueKind == JsonValueKind.Null ? null : Json.Map(document.RootElement);
                    }

                    break;
                default:
                    reader.Read();
                    reader.Skip();
                    break;
            }
        }

        return new BulkPublishEntry(id, payload, contentType, ContentKinds.Of(contentType), metadata);
    }

    private static int Member(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("entryId"u8)) return 1;
        if (reader.ValueTextEquals("event"u8)) return 2;
        if (reader.ValueTextEquals("contentType"u8)) return 3;
        if (reader.ValueTextEquals("metadata"u8)) return 4;
        string name = reader.GetString()!;
        return Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) + 1;
    }

    private static readonly string[] Names = ["entryId", "event", "contentType", "metadata"];

    private static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    private static string Text(ref Utf8JsonReader reader, string name) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Null => "",
        _ => throw new JsonException($"{name}: expected a string"),
    };

    private static BulkPublishEntry Checked(BulkPublishEntry entry, int index)
    {
        bool isString = !entry.Event.IsEmpty && entry.Event.Span[0] == '"';
        if (entry.Kind is ContentKind.Json or ContentKind.CloudEvent)
        {
            return entry.Event.IsEmpty ? entry with { Event = "null"u8.ToArray() } : entry;
        }

        if (ContentKinds.IsBulkText(entry.ContentType))
        {
            return isString ? entry : throw new JsonException($"event of entry {index}: {entry.ContentType} needs a string");
        }

        if (!ContentKinds.IsOctetStream(entry.ContentType))
        {
            throw new JsonException($"contentType '{entry.ContentType}' of entry {index} is missing or not supported");
        }

        return isString && Base64.IsValid(entry.Event.Span[1..^1])
            ? entry : throw new JsonException($"event of entry {index}: application/octet-stream needs a base64 string");
    }
}
