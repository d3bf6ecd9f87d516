using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Http;

namespace Dapr.Client;

internal sealed partial class DaprHttpClient
{
    private const string StableBulk = "/v1.0/publish/bulk";
    private const string AlphaBulk = "/v1.0-alpha1/publish/bulk";

    // Null until one of the two paths has worked: runtimes before 1.17 know only the alpha one.
    private volatile string? _bulkPath;

    public override Task PublishEventAsync<TData>(string pubsubName, string topicName, TData data,
        CancellationToken cancellationToken = default)
    {
        CheckNames(pubsubName, topicName);
        return data is null
            ? throw new ArgumentNullException(nameof(data))
            : PublishJsonAsync(pubsubName, topicName, data, metadata: null, cancellationToken);
    }

    public override Task PublishEventAsync<TData>(string pubsubName, string topicName, TData data, Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        CheckNames(pubsubName, topicName);
        ArgumentNullException.ThrowIfNull(metadata);
        return data is null
            ? throw new ArgumentNullException(nameof(data))
            : PublishJsonAsync(pubsubName, topicName, data, metadata, cancellationToken);
    }

    public override Task PublishEventAsync(string pubsubName, string topicName, CancellationToken cancellationToken = default)
    {
        CheckNames(pubsubName, topicName);
        return PublishBytesAsync(pubsubName, topicName, default, contentType: null, metadata: null, cancellationToken);
    }

    public override Task PublishEventAsync(string pubsubName, string topicName, Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        CheckNames(pubsubName, topicName);
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishBytesAsync(pubsubName, topicName, default, contentType: null, metadata, cancellationToken);
    }

    public override Task PublishByteEventAsync(string pubsubName, string topicName, ReadOnlyMemory<byte> data,
        string dataContentType = SidecarHeaders.Json, Dictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        CheckNames(pubsubName, topicName);
        return PublishBytesAsync(pubsubName, topicName, data, dataContentType, metadata, cancellationToken);
    }

    public override Task<BulkPublishResponse<TValue>> BulkPublishEventAsync<TValue>(string pubsubName, string topicName,
        IReadOnlyList<TValue> events, Dictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        CheckNames(pubsubName, topicName);
        ArgumentNullException.ThrowIfNull(events);
        return BulkPublishAsync(pubsubName, topicName, events, metadata, cancellationToken);
    }

    private static void CheckNames(string pubsubName, string topicName)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
    }

    private async Task PublishJsonAsync<TData>(string pubsub, string topic, TData data, Dictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var body = new PooledBuffer();
        JsonPayload.Write(body, data, json);
        string contentType = data is CloudEvent ? SidecarHeaders.CloudEventsJson : SidecarHeaders.Json;
        await PublishBytesAsync(pubsub, topic, body.Memory, contentType, metadata, cancellationToken);
        body.Return();
    }

    private async Task PublishBytesAsync(string pubsub, string topic, ReadOnlyMemory<byte> body, string? contentType,
        Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        Uri uri = At("/v1.0/publish").Part(pubsub).Part(topic).Metadata(metadata).ToUri();
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new MemoryContent(body, contentType) };
        await ExecuteAsync($"Publishing to '{pubsub}/{topic}'", request, cancellationToken);
    }

    private async Task<BulkPublishResponse<TValue>> BulkPublishAsync<TValue>(string pubsub, string topic, IReadOnlyList<TValue> events,
        Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer();
        WriteEntries(body, events, metadata);

        string? known = _bulkPath;
        (int status, byte[] answer) = await PostBulkAsync(known ?? StableBulk, pubsub, topic, metadata, body, cancellationToken);
        bool fellBack = known is null && status == (int)HttpStatusCode.NotFound;
        if (fellBack)
        {
            (status, answer) = await PostBulkAsync(AlphaBulk, pubsub, topic, metadata, body, cancellationToken);
        }

        if (status is < 200 or > 299)
        {
            throw Refused($"Publishing {events.Count} events to '{pubsub}/{topic}'", status, answer);
        }

        _bulkPath ??= fellBack ? AlphaBulk : StableBulk;
        body.Return();
        return new BulkPublishResponse<TValue>([]);
    }

    private async Task<(int Status, byte[] Error)> PostBulkAsync(string path, string pubsub, string topic,
        Dictionary<string, string>? metadata, PooledBuffer body, CancellationToken cancellationToken)
    {
        string what = $"Publishing to '{pubsub}/{topic}'";
        Uri uri = At(path).Part(pubsub).Part(topic).Metadata(metadata).ToUri();
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new MemoryContent(body.Memory, SidecarHeaders.Json) };
        using HttpResponseMessage response = await SendAsync(what, request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return ((int)response.StatusCode, []);
        }

        try
        {
            return ((int)response.StatusCode, await SidecarErrors.ReadAsync(response, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Unreachable(what, exception);
        }
    }

    private void WriteEntries<TValue>(PooledBuffer output, IReadOnlyList<TValue> events, Dictionary<string, string>? metadata)
    {
        Utf8JsonWriter writer = JsonPayload.Writer(output, json);
        JsonTypeInfo<TValue>? typeInfo = typeof(TValue) == typeof(byte[]) ? null : json.TypeInfo<TValue>();
        Span<byte> id = stackalloc byte[16];
        writer.WriteStartArray();
        for (int index = 0; index < events.Count; index++)
        {
            TValue value = events[index];
            writer.WriteStartObject();
            Utf8Formatter.TryFormat(index, id, out int digits);
            writer.WriteString("entryId"u8, id[..digits]);
            writer.WritePropertyName("event"u8);
            if (value is byte[] bytes)
            {
                writer.WriteBase64StringValue(bytes);
            }
            else
            {
                JsonSerializer.Serialize(writer, value, typeInfo ?? json.TypeInfo<TValue>());
            }

            writer.WriteString("contentType"u8, ContentTypeOf(value));
            JsonWire.WriteMetadata(writer, metadata);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        JsonPayload.Release(writer);
    }

    private static string ContentTypeOf<TValue>(TValue value) => value switch
    {
        byte[] => SidecarHeaders.OctetStream,
        CloudEvent => SidecarHeaders.CloudEventsJson,
        _ => SidecarHeaders.Json,
    };
}
