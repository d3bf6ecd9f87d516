using System.Net;
using System.Text.Json;
using Dapr.Http;

namespace Dapr.Client;

internal sealed partial class DaprHttpClient
{
    public override async Task<TValue> GetStateAsync<TValue>(string storeName, string key, ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        (TValue value, _) = await GetStateAndETagAsync<TValue>(storeName, key, consistencyMode, metadata, cancellationToken);
        return value;
    }

    public override async Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(string storeName, string key,
        ConsistencyMode? consistencyMode = null, IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        CheckKey(storeName, key);
        string what = $"Reading state '{storeName}/{key}'";
        Uri uri = StateUri(storeName, key).Query("consistency", consistencyMode?.Text()).Metadata(metadata).ToUri();
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using HttpResponseMessage response = await SendAsync(what, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusedAsync(what, response, cancellationToken);
        }

        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return (default!, string.Empty);
        }

        string etag = response.Headers.NonValidated.TryGetValues("ETag", out var values) ? values.ToString() : string.Empty;
        PooledBuffer body = await ReadAsync(what, response, cancellationToken);
        try
        {
            return (JsonPayload.ReadState<TValue>(body.Span, json)!, etag);
        }
        catch (JsonException exception)
        {
            throw new DaprException($"{what} failed: the value is no {typeof(TValue).Name}.", exception);
        }
        finally
        {
            body.Return();
        }
    }

    public override async Task SaveStateAsync<TValue>(string storeName, string key, TValue value, StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        CheckKey(storeName, key);
        var item = new SaveStateItem<TValue>(key, value, etag: null!, stateOptions, metadata);
        await SaveAsync(storeName, [item], mismatchIsFalse: false, cancellationToken);
    }

    public override Task<bool> TrySaveStateAsync<TValue>(string storeName, string key, TValue value, string etag,
        StateOptions? stateOptions = null, IReadOnlyDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        CheckKey(storeName, key);
        ArgumentNullException.ThrowIfNull(etag);
        var item = new SaveStateItem<TValue>(key, value, etag, stateOptions, metadata);
        return SaveAsync(storeName, [item], mismatchIsFalse: true, cancellationToken);
    }

    public override async Task SaveBulkStateAsync<TValue>(string storeName, IReadOnlyList<SaveStateItem<TValue>> items,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        CheckNotEmpty(items, nameof(items));
        await SaveAsync(storeName, items, mismatchIsFalse: false, cancellationToken);
    }

    public override async Task DeleteStateAsync(string storeName, string key, StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        CheckKey(storeName, key);
        await DeleteAsync(storeName, key, etag: null, stateOptions, metadata, cancellationToken);
    }

    public override Task<bool> TryDeleteStateAsync(string storeName, string key, string etag, StateOptions? stateOptions = null,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        CheckKey(storeName, key);
        ArgumentNullException.ThrowIfNull(etag);
        return DeleteAsync(storeName, key, etag, stateOptions, metadata, cancellationToken);
    }

    private static void CheckKey(string storeName, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
    }

    private static void CheckNotEmpty<T>(IReadOnlyList<T> items, string name)
    {
        ArgumentNullException.ThrowIfNull(items, name);
        if (items.Count == 0)
        {
            throw new ArgumentException("At least one item is needed.", name);
        }
    }

    private SidecarUri StateUri(string storeName) => At("/v1.0/state").Part(storeName);

    private SidecarUri StateUri(string storeName, string key) => StateUri(storeName).Part(key);

    private async Task<bool> SaveAsync<TValue>(string storeName, IReadOnlyList<SaveStateItem<TValue>> items, bool mismatchIsFalse,
        CancellationToken cancellationToken)
    {
        var body = new PooledBuffer();
        WriteItems(body, items);
        using var request = new HttpRequestMessage(HttpMethod.Post, StateUri(storeName).ToUri())
        {
            Content = new MemoryContent(body.Memory, SidecarHeaders.Json),
        };
        bool saved = await WriteAsync($"Saving state '{storeName}/{items[0].Key}'", request, mismatchIsFalse, cancellationToken);
        body.Return();
        return saved;
    }

    private Task<bool> DeleteAsync(string storeName, string key, string? etag, StateOptions? stateOptions,
        IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        Uri uri = StateUri(storeName, key)
            .Query("concurrency", stateOptions?.Concurrency?.Text())
            .Query("consistency", stateOptions?.Consistency?.Text())
            .Metadata(metadata).ToUri();
        var request = new HttpRequestMessage(HttpMethod.Delete, uri);
        if (!string.IsNullOrEmpty(etag))
        {
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        }

        return WriteAsync($"Deleting state '{storeName}/{key}'", request, mismatchIsFalse: etag is not null, cancellationToken);
    }

    private async Task<bool> WriteAsync(string what, HttpRequestMessage request, bool mismatchIsFalse, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(what, request, cancellationToken);
        return response switch
        {
            { IsSuccessStatusCode: true } => true,
            { StatusCode: HttpStatusCode.Conflict } when mismatchIsFalse => false,
            _ => throw await RefusedAsync(what, response, cancellationToken),
        };
    }

    private void WriteItems<TValue>(PooledBuffer output, IReadOnlyList<SaveStateItem<TValue>> items)
    {
        var typeInfo = json.TypeInfo<TValue>();
        Utf8JsonWriter writer = JsonPayload.Writer(output, json);
        writer.WriteStartArray();
        foreach (SaveStateItem<TValue> item in items)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, item.Key);
            writer.WritePropertyName("value"u8);
            JsonSerializer.Serialize(writer, item.Value, typeInfo);
            if (item.ETag is not null)
            {
                writer.WriteString("etag"u8, item.ETag);
            }

            JsonWire.WriteMetadata(writer, item.Metadata);
            JsonWire.WriteOptions(writer, item.StateOptions);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        JsonPayload.Release(writer);
    }
}
