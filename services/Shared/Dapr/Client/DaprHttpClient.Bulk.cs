using System.Text.Json;
using Dapr.Http;
using Microsoft.Extensions.Logging;

namespace Dapr.Client;

internal sealed partial class DaprHttpClient
{
    public override Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(string storeName, IReadOnlyList<string> keys, int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        ReadBulkAsync(storeName, keys, parallelism, metadata,
            static (key, data, etag, _) => new BulkStateItem(key, data?.GetRawText() ?? string.Empty, etag), cancellationToken);

    public override Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(string storeName, IReadOnlyList<string> keys,
        int? parallelism, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        ReadBulkAsync(storeName, keys, parallelism, metadata, static (key, data, etag, options) =>
        {
            TValue? value = data is not { ValueKind: not JsonValueKind.Null } found ? default : found.Deserialize(options.TypeInfo<TValue>());
            return new BulkStateItem<TValue>(key, value!, etag);
        }, cancellationToken);

    public override Task ExecuteStateTransactionAsync(string storeName, IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        CheckNotEmpty(operations, nameof(operations));
        return TransactAsync(storeName, operations, metadata, cancellationToken);
    }

    [LoggerMessage(9101, LogLevel.Warning, "State {Store}/{Key} could not be read and looks like a missing key: {Error}")]
    private static partial void LogItemFailed(ILogger logger, string store, string key, string? error);

    private static void WriteKeys(PooledBuffer output, IReadOnlyList<string> keys, int? parallelism)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        foreach (string key in keys)
        {
            writer.WriteStringValue(key);
        }

        writer.WriteEndArray();
        writer.WriteNumber("parallelism"u8, parallelism ?? 0);
        writer.WriteEndObject();
    }

    private static void WriteOperations(PooledBuffer output, IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("operations"u8);
        foreach (StateTransactionRequest operation in operations)
        {
            WriteOperation(writer, operation);
        }

        writer.WriteEndArray();
        JsonWire.WriteMetadata(writer, metadata);
        writer.WriteEndObject();
    }

    private static void WriteOperation(Utf8JsonWriter writer, StateTransactionRequest operation)
    {
        writer.WriteStartObject();
        writer.WriteString("operation"u8, operation.OperationType is StateOperationType.Delete ? "delete"u8 : "upsert"u8);
        writer.WriteStartObject("request"u8);
        writer.WriteString("key"u8, operation.Key);
        if (operation.Value is { } value)
        {
            writer.WritePropertyName("value"u8);
            writer.WriteRawValue(value);
        }

        if (operation.ETag is not null)
        {
            writer.WriteString("etag"u8, operation.ETag);
        }

        JsonWire.WriteMetadata(writer, operation.Metadata);
        JsonWire.WriteOptions(writer, operation.Options);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private async Task TransactAsync(string storeName, IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        string what = $"State transaction in '{storeName}'";
        var body = new PooledBuffer();
        try
        {
            WriteOperations(body, operations, metadata);
        }
        catch (JsonException exception)
        {
            throw new DaprException($"{what} failed: a value is not UTF-8 JSON.", exception);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, StateUri(storeName).Fixed("/transaction").ToUri())
        {
            Content = new MemoryContent(body.Memory, SidecarHeaders.Json),
        };
        await ExecuteAsync(what, request, cancellationToken);
        body.Return();
    }

    private async Task<IReadOnlyList<TItem>> ReadBulkAsync<TItem>(string storeName, IReadOnlyList<string> keys, int? parallelism,
        IReadOnlyDictionary<string, string>? metadata, Func<string, JsonElement?, string, JsonSerializerOptions, TItem> create,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        CheckNotEmpty(keys, nameof(keys));

        string what = $"Reading {keys.Count} keys of state '{storeName}'";
        var body = new PooledBuffer();
        WriteKeys(body, keys, parallelism);
        using var request = new HttpRequestMessage(HttpMethod.Post, StateUri(storeName).Fixed("/bulk").Metadata(metadata).ToUri())
        {
            Content = new MemoryContent(body.Memory, SidecarHeaders.Json),
        };
        using HttpResponseMessage response = await SendAsync(what, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusedAsync(what, response, cancellationToken);
        }

        body.Return();
        PooledBuffer answer = await ReadAsync(what, response, cancellationToken);
        using JsonDocument document = ParseAnswer(what, answer);
        List<TItem> items = InOrder(storeName, keys, document.RootElement, create);
        answer.Return();
        return items;
    }

    private static JsonDocument ParseAnswer(string what, PooledBuffer answer)
    {
        try
        {
            return JsonDocument.Parse(answer.Memory);
        }
        catch (JsonException exception)
        {
            throw new DaprException($"{what} failed: the answer is not JSON.", exception);
        }
    }

    /// <summary>The answer in the order of the keys: some stores list the keys they have first.</summary>
    private List<TItem> InOrder<TItem>(string storeName, IReadOnlyList<string> keys, JsonElement answer,
        Func<string, JsonElement?, string, JsonSerializerOptions, TItem> create)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonElement item in answer.EnumerateArray())
        {
            found[item.GetProperty("key"u8).GetString()!] = item;
            if (item.TryGetProperty("error"u8, out JsonElement error))
            {
                LogItemFailed(logger, storeName, item.GetProperty("key"u8).GetString()!, error.ToString());
            }
        }

        var items = new List<TItem>(keys.Count);
        foreach (string key in keys)
        {
            bool exists = found.TryGetValue(key, out JsonElement item);
            JsonElement? data = exists && item.TryGetProperty("data"u8, out JsonElement value) ? value : null;
            string etag = exists && item.TryGetProperty("etag"u8, out JsonElement tag) ? tag.GetString() ?? string.Empty : string.Empty;
            items.Add(create(key, data, etag, json));
        }

        return items;
    }
}
