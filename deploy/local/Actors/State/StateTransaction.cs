using System.Text;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Reads the body of a state transaction. Values stay slices of the body: they are never parsed.</summary>
internal static class StateTransaction
{
    private const string TtlMember = "ttlInSeconds";

    private static readonly byte[] Null = "null"u8.ToArray();

    /// <summary>The operations in order.</summary>
    /// <exception cref="JsonException">The body is not the JSON it should be.</exception>
    /// <exception cref="StateRequestException">An operation cannot be done.</exception>
    public static List<StateOperation> Parse(ReadOnlyMemory<byte> body, ActorStateKeys keys, bool ttlAllowed)
    {
        JsonNames.CheckTexts(body.Span);
        var operations = new List<StateOperation>(4);
        var reader = new Utf8JsonReader(body.Span);
        reader.Expect(JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            operations.Add(ReadOperation(ref reader, body, keys, ttlAllowed));
        }

        if (reader.Read()) throw new JsonException($"unexpected data after byte {reader.TokenStartIndex}");
        return operations;
    }

    private static StateOperation ReadOperation(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, ActorStateKeys keys, bool ttlAllowed)
    {
        reader.Require(JsonTokenType.StartObject);
        Kind kind = Kind.Unknown;
        string? unknown = null;
        Request request = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.Is("operation"u8)) kind = ReadKind(ref reader, out unknown);
            else if (reader.Is("request"u8)) request = ReadRequest(ref reader, body);
            else reader.SkipValue();
        }

        if (kind == Kind.Unknown) throw new StateRequestException($"operation type {unknown} not supported");
        if (string.IsNullOrEmpty(request.Key)) throw new StateRequestException("request.key is missing");
        CheckTtl(request.Metadata, ttlAllowed);

        string key = keys.Key(request.Key);
        IReadOnlyDictionary<string, string> metadata = keys.With(request.Metadata);
        return kind == Kind.Upsert
            ? new StateUpsert(key, request.Value.IsEmpty ? Null : request.Value) { Metadata = metadata, ETag = request.ETag }
            : new StateDelete(key) { Metadata = metadata, ETag = request.ETag };
    }

    private static Kind ReadKind(ref Utf8JsonReader reader, out string? unknown)
    {
        reader.Read();
        unknown = null;
        if (reader.TokenType != JsonTokenType.String) throw new JsonException($"operation must be a string, found {reader.TokenType}");
        if (reader.ValueTextEquals("upsert"u8)) return Kind.Upsert;
        if (reader.ValueTextEquals("delete"u8)) return Kind.Delete;
        unknown = reader.GetString();
        return Kind.Unknown;
    }

    private static Request ReadRequest(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        reader.Require(JsonTokenType.StartObject);
        Request request = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.Is("key"u8)) request.Key = reader.NextString("key");
            else if (reader.Is("value"u8)) request.Value = reader.NextRaw(body);
            else if (reader.Is("etag"u8)) request.ETag = reader.NextString("etag");
            else if (reader.Is("metadata"u8)) request.Metadata = ReadMetadata(ref reader);
            else reader.SkipValue();
        }

        return request;
    }

    private static Dictionary<string, string>? ReadMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        reader.Require(JsonTokenType.StartObject);
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            reader.Read();
            metadata[name] = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => throw new JsonException($"metadata.{name} must be a string, found {reader.TokenType}"),
            };
        }

        return metadata;
    }

    private static void CheckTtl(Dictionary<string, string>? metadata, bool allowed)
    {
        if (metadata is null || !metadata.TryGetValue(TtlMember, out string? ttl)) return;
        if (!allowed) throw new StateRequestException("ttlInSeconds is not supported without the \"ActorStateTTL\" feature enabled");
        if (!int.TryParse(ttl, out _)) throw new StateRequestException($"ttlInSeconds must be a whole number of seconds: actual is '{ttl}'");
    }

    private enum Kind
    {
        Unknown,
        Upsert,
        Delete,
    }

    private struct Request
    {
        public string? Key;
        public string? ETag;
        public ReadOnlyMemory<byte> Value;
        public Dictionary<string, string>? Metadata;
    }
}

/// <summary>A state request is well-formed but cannot be done.</summary>
internal sealed class StateRequestException(string message) : Exception(message);
