using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Polly;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary><c>actors/{type}/{id}/state</c>: one transaction per request, and reading one key.</summary>
internal sealed class StateApi(
    ConcurrentDictionary<string, ActorType> types, ActorStores stores, IResiliencyPolicies policies, ActorContext context)
{
    private const string SaveCode = "ERR_ACTOR_STATE_TRANSACTION_SAVE";
    private const string TtlFeature = "ActorStateTTL";

    public async Task SaveAsync(HttpContext http, ISidecar sidecar, string type, string id)
    {
        if (stores.Find(sidecar.Options.AppId) is not { } store)
        {
            await ActorErrors.NoStateStoreAsync(http);
            return;
        }

        ReadOnlyMemory<byte> body;
        try
        {
            // Not pooled: a store may keep the slices it is given.
            body = await DaprHttp.ReadBodyAsync(http, sidecar.Options.MaxBodySize);
        }
        catch (BodyReadException e)
        {
            await ActorErrors.MalformedAsync(http, e.Message);
            return;
        }

        if (!types.TryGetValue(type, out ActorType? hosted)
            || await hosted.BeginWriteAsync(id, sidecar, http.RequestAborted) is not { } actor)
        {
            await MissingOrMalformedAsync(http, body);
            return;
        }

        string? error;
        try
        {
            List<StateOperation> operations =
                StateTransaction.Parse(body, actor.Keys(sidecar.Options.AppId), sidecar.Options.Features.Contains(TtlFeature));
            error = operations.Count == 0 ? null : await TransactAsync(store, sidecar.Options.AppId, operations);
        }
        catch (StateRequestException e)
        {
            error = e.Message;
        }
        catch (JsonException e)
        {
            await ActorErrors.MalformedAsync(http, e.Message);
            return;
        }
        finally
        {
            hosted.EndWrite(actor);
        }

        if (error is null) await DaprHttp.NoContentAsync(http);
        else await ActorErrors.FailAsync(http, SaveCode, $"error saving actor transaction state: {error}");
    }

    public async Task GetAsync(HttpContext http, ISidecar sidecar, string type, string id, string key)
    {
        if (stores.Find(sidecar.Options.AppId) is not { } store)
        {
            await ActorErrors.NoStateStoreAsync(http);
            return;
        }

        if (types.TryGetValue(type, out ActorType? hosted)) await hosted.WaitToReadAsync(id, http.RequestAborted);
        StateItem? item;
        try
        {
            item = await ReadAsync(store, sidecar.Options.AppId, $"{sidecar.Options.AppId}||{type}||{id}||{key}", http.RequestAborted);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            await ActorErrors.FailAsync(http, "ERR_ACTOR_STATE_GET", $"error getting actor state: {e.Message}");
            return;
        }

        if (item is null || item.Data.IsEmpty)
        {
            await DaprHttp.NoContentAsync(http);
            return;
        }

        if (item.ExpiresAt is { } expires)
        {
            http.Response.Headers["metadata.ttlExpireTime"] = expires.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");
        }

        await DaprHttp.JsonAsync(http, StatusCodes.Status200OK, item.Data);
    }

    /// <summary>Runs to its end even when the client goes away, so that the next turn knows what is stored.</summary>
    private async Task<string?> TransactAsync(IStateStore store, string appId, List<StateOperation> operations)
    {
        try
        {
            ResiliencePipeline? policy = policies.OutboundComponent(appId, store.Name, ComponentKind.StateStore);
            if (policy is null)
            {
                await store.TransactAsync(operations, context.Background.Stopping);
                return null;
            }

            await policy.ExecuteAsync(
                static async (state, token) => await state.Store.TransactAsync(state.Operations, token),
                (Store: store, Operations: operations),
                context.Background.Stopping);
            return null;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }

    private ValueTask<StateItem?> ReadAsync(IStateStore store, string appId, string key, CancellationToken cancellationToken)
    {
        ResiliencePipeline? policy = policies.OutboundComponent(appId, store.Name, ComponentKind.StateStore);
        return policy is null
            ? new ValueTask<StateItem?>(store.GetAsync(key, cancellationToken))
            : policy.ExecuteAsync(
                static async (state, token) => await state.Store.GetAsync(state.Key, token), (Store: store, Key: key), cancellationToken);
    }

    /// <summary>A body that is no JSON is reported first, as in daprd.</summary>
    private static Task MissingOrMalformedAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            reader.Expect(JsonTokenType.StartArray);
            reader.Skip();
            return ActorErrors.InstanceMissingAsync(http);
        }
        catch (JsonException e)
        {
            return ActorErrors.MalformedAsync(http, e.Message);
        }
    }
}
