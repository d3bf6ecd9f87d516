using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary><c>/v1.0/state/{store}…</c>.</summary>
internal sealed class StateApi
{
    private const int Parallel = 32;

    public Task SaveAsync(ApiContext call, string store) => RunAsync(call, store, async target =>
    {
        IReadOnlyList<StateUpsert> items;
        try
        {
            items = StateRequests.Saves(await call.ReadBodyAsync(), store, target, DaprHttp.QueryMetadata(call.Http.Request));
        }
        catch (Exception e) when (e is JsonException or BodyReadException)
        {
            // Unlike the other calls: the bare error of the decoder.
            await DaprHttp.ErrorAsync(call.Http, 400, "ERR_MALFORMED_REQUEST", e.Message);
            return;
        }

        await FailingAsync(call, "ERR_STATE_SAVE", store, async token =>
        {
            if (items.Count == 1)
            {
                await SaveAsync(target, items[0], token);
                return;
            }

            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = token };
            await System.Threading.Tasks.Parallel.ForEachAsync(items, options, async (item, inner) => await SaveAsync(target, item, inner));
        });
    });

    public Task GetAsync(ApiContext call, string store, string key) => RunAsync(call, store, async target =>
    {
        StateRequests.CheckKey(key);
        HttpContext http = call.Http;
        StateItem? item;
        try
        {
            item = await target.CallAsync("get", (target, key), static (s, token) => s.target.Store.GetAsync(s.target.Stored(s.key), token), http.RequestAborted);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            await DaprHttp.ErrorAsync(http, 500, "ERR_STATE_GET", $"fail to get {key} from state store {store}: {e.Message}");
            return;
        }

        if (item is null)
        {
            await DaprHttp.NoContentAsync(http);
            return;
        }

        if (!string.IsNullOrEmpty(item.ETag)) http.Response.Headers.ETag = item.ETag;
        if (item.ExpiresAt is { } expires) http.Response.Headers["metadata.ttlExpireTime"] = Expiry(expires);
        await DaprHttp.JsonAsync(http, 200, item.Data);
    });

    public Task DeleteAsync(ApiContext call, string store, string key) => RunAsync(call, store, target =>
    {
        StateRequests.CheckKey(key);
        IQueryCollection query = call.Http.Request.Query;
        var item = new StateDelete(target.Stored(key))
        {
            ETag = call.Http.Request.Headers.IfMatch.ToString() is { Length: > 0 } etag ? etag : null,
            Concurrency = StateRequests.Concurrency(query["concurrency"].ToString(), key, "ERR_STATE_DELETE"),
            StrongConsistency = StateRequests.Strong(query["consistency"].ToString(), key, "ERR_STATE_DELETE"),
            Metadata = DaprHttp.QueryMetadata(call.Http.Request),
        };
        return FailingAsync(call, "ERR_STATE_DELETE", key, token =>
            target.CallAsync("delete", (target.Store, item), static (s, inner) => s.Store.DeleteAsync(s.item, inner), token));
    });

    public Task BulkGetAsync(ApiContext call, string store) => RunAsync(call, store, async target =>
    {
        HttpContext http = call.Http;
        IReadOnlyList<string> keys;
        StateItem?[] items;
        try
        {
            keys = StateRequests.Keys(await call.ReadBodyAsync());
            string[] stored = [.. keys.Select(target.Stored)];
            items = stored.Length == 0
                ? []
                : await target.CallAsync("bulk_get", (target.Store, stored), static (s, token) => s.Store.BulkGetAsync(s.stored, token), http.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or BodyReadException)
        {
            await ApiErrors.Malformed(http, e.Message);
            return;
        }
        catch (Exception e) when (e is not StateRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            await DaprHttp.ErrorAsync(http, 500, "ERR_STATE_BULK_GET", e.Message);
            return;
        }

        await DaprHttp.JsonAsync(http, 200, BulkBody(keys, items));
    });

    public Task TransactAsync(ApiContext call, string store) => RunAsync(call, store, async target =>
    {
        if (!target.Transactional)
        {
            await DaprHttp.ErrorAsync(call.Http, 500, "ERR_STATE_STORE_NOT_SUPPORTED", $"state store {store} doesn't support transactions");
            return;
        }

        IReadOnlyList<StateOperation> operations;
        try
        {
            operations = StateRequests.Operations(await call.ReadBodyAsync(), store, target, DaprHttp.QueryMetadata(call.Http.Request));
        }
        catch (Exception e) when (e is JsonException or BodyReadException)
        {
            await ApiErrors.Malformed(call.Http, e.Message);
            return;
        }

        await FailingAsync(call, "ERR_STATE_TRANSACTION", store, token => operations.Count == 0
            ? Task.CompletedTask
            : target.CallAsync("transaction", (target.Store, operations), static (s, inner) => s.Store.TransactAsync(s.operations, inner), token));
    });

    public Task QueryAsync(ApiContext call, string store) => RunAsync(call, store, _ =>
        DaprHttp.ErrorAsync(call.Http, 500, "ERR_STATE_STORE_NOT_SUPPORTED", "state store does not support querying"));

    private static Task SaveAsync(StateTarget target, StateUpsert item, CancellationToken cancellationToken) =>
        target.CallAsync("set", (target.Store, item), static (s, token) => s.Store.SetAsync(s.item, token), cancellationToken);

    private static async Task RunAsync(ApiContext call, string store, Func<StateTarget, Task> run)
    {
        if (call.Sidecar.States.Find(store) is not { } target)
        {
            await StateErrors.NoStoreAsync(call, store);
            return;
        }

        try
        {
            await run(target);
        }
        catch (StateRequestException e)
        {
            await StateErrors.RequestAsync(call.Http, store, e);
        }
    }

    private static async Task FailingAsync(ApiContext call, string code, string subject, Func<CancellationToken, Task> run)
    {
        CancellationToken aborted = call.Http.RequestAborted;
        try
        {
            await run(aborted);
        }
        catch (Exception e) when (e is not StateRequestException && !aborted.IsCancellationRequested)
        {
            await StateErrors.StoreAsync(call.Http, code, subject, e);
            return;
        }

        await DaprHttp.NoContentAsync(call.Http);
    }

    private static byte[] BulkBody(IReadOnlyList<string> keys, StateItem?[] items) => Json.Write((keys, items), static (writer, state) =>
    {
        writer.WriteStartArray();
        for (int i = 0; i < state.keys.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("key", state.keys[i]);
            if (state.items[i] is { } item)
            {
                writer.WritePropertyName("data");
                writer.WriteRawValue(item.Data.IsEmpty ? "null"u8 : item.Data.Span, skipInputValidation: true);
                if (!string.IsNullOrEmpty(item.ETag)) writer.WriteString("etag", item.ETag);
                if (item.ExpiresAt is { } expires)
                {
                    writer.WriteStartObject("metadata");
                    writer.WriteString("ttlExpireTime", Expiry(expires));
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string Expiry(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
