using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>JSON the way Go's decoder reads it: member names in any case, the last of a repeated one wins.</summary>
internal static class Json
{
    /// <summary>Nesting allowed in bodies that are only passed on.</summary>
    public const int MaxDepth = 512;

    public static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };

    public static readonly JsonDocumentOptions Documents = new() { MaxDepth = MaxDepth };

    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads a body. Throws <see cref="JsonException"/>, also for texts that are no Unicode.</summary>
    public static JsonDocument Document(ReadOnlyMemory<byte> body)
    {
        CheckTexts(body.Span);
        return JsonDocument.Parse(body, Documents);
    }

    /// <summary>Throws <see cref="JsonException"/> for texts that are no Unicode, which a reader would pass over.</summary>
    public static void CheckTexts(ReadOnlySpan<byte> body)
    {
        if (!JsonText.IsSound(body)) throw new JsonException("a text is no valid Unicode");
    }

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(JsonElement parent, string name)
    {
        JsonElement? found = null;
        foreach (JsonProperty property in parent.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) found = property.Value;
        }

        return found is { ValueKind: JsonValueKind.Null } ? null : found;
    }

    /// <summary>A text member; empty when it is missing. Throws <see cref="JsonException"/> when it is something else.</summary>
    public static string Text(JsonElement parent, string name) => Member(parent, name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } other => throw new JsonException($"{name}: expected a string, got {other.ValueKind}"),
    };

    /// <summary>The texts of an array; empty when it is missing.</summary>
    public static IReadOnlyList<string> Strings(JsonElement? array)
    {
        if (array is not { } element) return [];
        if (element.ValueKind != JsonValueKind.Array) throw new JsonException("expected an array of strings");
        return [.. element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
            ? item.GetString()! : throw new JsonException($"expected a string, got {item.ValueKind}"))];
    }

    /// <summary>A map of texts; empty when it is missing.</summary>
    public static IReadOnlyDictionary<string, string> Map(JsonElement? map)
    {
        if (map is not { } element) return EmptyMetadata.Value;
        if (element.ValueKind != JsonValueKind.Object) throw new JsonException("metadata: expected an object of strings");
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            result[property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString()!,
                JsonValueKind.Null => "",
                _ => throw new JsonException($"metadata.{property.Name}: expected a string, got {property.Value.ValueKind}"),
            };
        }

        return result;
    }

    /// <summary>True when the bytes are exactly one JSON value and every text in it can be read.</summary>
    public static bool IsValid(ReadOnlySpan<byte> json)
    {
        if (!JsonText.IsSound(json)) return false;
        try
        {
            var reader = new Utf8JsonReader(json, Reading);
            while (reader.Read())
            {
                // A final block must be one whole value; anything after it throws.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes JSON into this thread's scratch buffer and returns an exact copy.</summary>
    public static byte[] Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        JsonScratch scratch = JsonScratch.Take();
        write(scratch.Writer, state);
        scratch.Writer.Flush();
        return scratch.Buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A buffer and writer per thread. Must not be used across an await.</summary>
internal sealed class JsonScratch
{
    private const int MaxKept = 1024 * 1024;

    [ThreadStatic]
    private static JsonScratch? _mine;

    private JsonScratch()
    {
        Buffer = new ArrayBufferWriter<byte>(4096);
        Writer = new Utf8JsonWriter(Buffer, Json.Writing);
    }

    public ArrayBufferWriter<byte> Buffer { get; }

    public Utf8JsonWriter Writer { get; }

    public static JsonScratch Take()
    {
        if (_mine is not { Buffer.Capacity: <= MaxKept } scratch) return _mine = new JsonScratch();
        scratch.Buffer.ResetWrittenCount();
        scratch.Writer.Reset();
        return scratch;
    }
}
