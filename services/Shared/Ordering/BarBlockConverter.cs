using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.Contracts;

namespace DaprTrading.Ordering;

/// <summary>Writes bars of one symbol as <c>{"sources":[…],"bars":"…"}</c>: each name once, each bar as 66 bytes of a base64 block, exact to the last bit.</summary>
/// <remarks>Half as large as an object per bar, and bounded: a bar takes 88 bytes whatever is in it. Reads a list of objects, too, as it was written before.</remarks>
public sealed class BarBlockConverter : JsonConverter<IReadOnlyList<Bar>>
{
    private const int BytesOfABar = 66;
    private static readonly JsonEncodedText Sources = JsonEncodedText.Encode("sources"), Bars = JsonEncodedText.Encode("bars");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<Bar> value, JsonSerializerOptions options)
    {
        if (value.Count == 0)
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
            return;
        }

        List<string> sources = [];
        byte[] block = new byte[value.Count * BytesOfABar];
        for (int i = 0; i < value.Count; i++)
            Put(value[i], IndexOf(sources, value[i].Source), block.AsSpan(i * BytesOfABar, BytesOfABar));

        writer.WriteStartObject();
        writer.WriteStartArray(Sources);
        foreach (string source in sources)
            writer.WriteStringValue(JsonEncodedText.Encode(source, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        writer.WriteEndArray();
        writer.WriteBase64String(Bars, block);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Bar> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            return JsonSerializer.Deserialize(ref reader, ContractsJson.Default.ListBar)!;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"Bars must be an object with 'sources' and 'bars', or a list; found {reader.TokenType}.");

        List<string>? sources = null;
        byte[]? block = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool names = reader.ValueTextEquals(Sources.EncodedUtf8Bytes), bars = reader.ValueTextEquals(Bars.EncodedUtf8Bytes);
            reader.Read();
            if (names)
                sources = ReadNames(ref reader);
            else if (bars)
                block = reader.GetBytesFromBase64();
            else
                reader.Skip();
        }

        return Unpack(sources, block);
    }

    private static List<string> ReadNames(ref Utf8JsonReader reader)
    {
        List<string> names = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            names.Add(reader.GetString()!);
        return names;
    }

    private static Bar[] Unpack(List<string>? sources, byte[]? block)
    {
        if (sources is null || block is null || block.Length % BytesOfABar != 0)
            throw new JsonException($"Bars must have 'sources' and, in 'bars', a multiple of {BytesOfABar} bytes; found {block?.Length ?? 0}.");
        var bars = new Bar[block.Length / BytesOfABar];
        for (int i = 0; i < bars.Length; i++)
            bars[i] = Take(block.AsSpan(i * BytesOfABar, BytesOfABar), sources);
        return bars;
    }

    private static int IndexOf(List<string> sources, string source)
    {
        // Most blocks have one source, and neighbours mostly have the same.
        for (int i = sources.Count - 1; i >= 0; i--)
        {
            if (sources[i] == source)
                return i;
        }

        sources.Add(source);
        return sources.Count - 1;
    }

    private static void Put(Bar bar, int source, Span<byte> to)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, checked((ushort)source));
        BinaryPrimitives.WriteInt64LittleEndian(to[2..], bar.Time);
        BinaryPrimitives.WriteDoubleLittleEndian(to[10..], bar.Open);
        BinaryPrimitives.WriteDoubleLittleEndian(to[18..], bar.High);
        BinaryPrimitives.WriteDoubleLittleEndian(to[26..], bar.Low);
        BinaryPrimitives.WriteDoubleLittleEndian(to[34..], bar.Close);
        BinaryPrimitives.WriteDoubleLittleEndian(to[42..], bar.Volume);
        BinaryPrimitives.WriteInt64LittleEndian(to[50..], bar.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[58..], bar.IngestedAt);
    }

    private static Bar Take(ReadOnlySpan<byte> from, List<string> sources)
    {
        int source = BinaryPrimitives.ReadUInt16LittleEndian(from);
        if (source >= sources.Count)
            throw new JsonException($"A bar has source {source} of {sources.Count}.");
        return new Bar(
            BinaryPrimitives.ReadInt64LittleEndian(from[2..]), BinaryPrimitives.ReadDoubleLittleEndian(from[10..]),
            BinaryPrimitives.ReadDoubleLittleEndian(from[18..]), BinaryPrimitives.ReadDoubleLittleEndian(from[26..]),
            BinaryPrimitives.ReadDoubleLittleEndian(from[34..]), BinaryPrimitives.ReadDoubleLittleEndian(from[42..]), sources[source],
            BinaryPrimitives.ReadInt64LittleEndian(from[50..]), BinaryPrimitives.ReadInt64LittleEndian(from[58..]));
    }
}
