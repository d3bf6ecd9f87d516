using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http.Features;

namespace DaprTrading.ServiceDefaults;

/// <summary>
/// Reads the body of a bulk delivery. When an event in it is not what the topic carries, the entries are read one by one, so that it does not take the
/// others with it.
/// </summary>
/// <typeparam name="TEvent">Type of the event.</typeparam>
internal sealed class BulkReader<TEvent>(JsonSerializerOptions json)
    where TEvent : class
{
    /// <summary>A delivery may hold hundreds of events of nearly a megabyte each; nobody but the sidecar sends them.</summary>
    private const long MaxBodyBytes = 1L << 30;

    private const int FirstBuffer = 64 * 1024;

    // What cannot be read is looked through for the entries around it, however deep it is nested.
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 1_000_000 };

    private readonly JsonTypeInfo<BulkSubscribeMessage<BulkMessageModel<TEvent>>> _message = Info<BulkSubscribeMessage<BulkMessageModel<TEvent>>>(json);
    private readonly JsonTypeInfo<BulkMessageModel<TEvent>> _event = Info<BulkMessageModel<TEvent>>(json);

    /// <summary>The events; those that cannot be read have no data.</summary>
    /// <exception cref="JsonException">The body as a whole is no bulk delivery.</exception>
    public async Task<BulkEvents<TEvent>> ReadAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(http.Request.ContentLength + 1 ?? FirstBuffer, FirstBuffer, int.MaxValue / 2));
        try
        {
            int length = 0, read;
            while ((read = await http.Request.Body.ReadAsync(buffer.AsMemory(length), http.RequestAborted)) > 0)
            {
                length += read;
                if (length == buffer.Length) buffer = Grow(buffer);
            }

            return new BulkEvents<TEvent>(Read(buffer.AsMemory(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private List<BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, _message)?.Entries ?? [];
        }
        catch (JsonException)
        {
            return ReadOneByOne(body);
        }
    }

    private List<BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>> ReadOneByOne(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body, AnyDepth);
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("entries", out JsonElement entries)
            || entries.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("A bulk delivery must be an object with an array 'entries'.");
        }

        var found = new List<BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>>(entries.GetArrayLength());
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            string id = entry.GetProperty("entryId").GetString() ?? throw new JsonException("An entry of a bulk delivery has no 'entryId'.");
            found.Add(new BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>(id, "", [], ReadEvent(entry)!));
        }

        return found;
    }

    private BulkMessageModel<TEvent>? ReadEvent(JsonElement entry)
    {
        try
        {
            return entry.TryGetProperty("event", out JsonElement found) ? found.Deserialize(_event) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static JsonTypeInfo<T> Info<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
