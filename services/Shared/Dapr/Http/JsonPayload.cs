using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Dapr.Http;

/// <summary>JSON to and from pooled memory, by the metadata the options know: source-generated, or reflection when they name none.</summary>
internal static class JsonPayload
{
    [ThreadStatic]
    private static Utf8JsonWriter? _idleWriter;

    public static JsonTypeInfo<T> TypeInfo<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.TypeInfo(typeof(T));

    public static JsonTypeInfo TypeInfo(this JsonSerializerOptions options, Type type)
    {
        if (!options.IsReadOnly)
        {
            options.MakeReadOnly(populateMissingResolver: true);
        }

        return options.GetTypeInfo(type);
    }

    /// <summary>A writer with the options' encoder. Give it back with <see cref="Release"/> on the same thread.</summary>
    public static Utf8JsonWriter Writer(IBufferWriter<byte> output, JsonSerializerOptions options)
    {
        Utf8JsonWriter? writer = _idleWriter;
        if (writer is null || !ReferenceEquals(writer.Options.Encoder, options.Encoder))
        {
            return new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = options.Encoder, SkipValidation = true });
        }

        _idleWriter = null;
        writer.Reset(output);
        return writer;
    }

    public static void Release(Utf8JsonWriter writer)
    {
        writer.Flush();
        writer.Reset(NoOutput.Instance);
        _idleWriter = writer;
    }

    public static void Write<T>(PooledBuffer output, T value, JsonSerializerOptions options)
    {
        JsonTypeInfo<T> typeInfo = options.TypeInfo<T>();
        Utf8JsonWriter writer = Writer(output, options);
        JsonSerializer.Serialize(writer, value, typeInfo);
        Release(writer);
    }

    /// <summary>The value of a state payload: nothing at all and JSON <c>null</c> both mean the default.</summary>
    public static T? ReadState<T>(ReadOnlySpan<byte> json, JsonSerializerOptions options) =>
        json.IsEmpty || json.SequenceEqual("null"u8) ? default : JsonSerializer.Deserialize(json, options.TypeInfo<T>());

    private sealed class NoOutput : IBufferWriter<byte>
    {
        public static NoOutput Instance { get; } = new();

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => new byte[Math.Max(sizeHint, 1)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
