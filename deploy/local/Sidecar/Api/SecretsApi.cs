using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary><c>GET /v1.0/secrets/{store}/{name}</c> and <c>…/bulk</c>.</summary>
internal static class SecretsApi
{
    public static async Task GetAsync(ApiContext call, string store, string name)
    {
        if (await FindAsync(call, store) is not { } secrets) return;
        HttpContext http = call.Http;
        if (Scope(call, store) is { } scope && !scope.Allows(name))
        {
            await DaprHttp.ErrorAsync(http, 403, "ERR_PERMISSION_DENIED", $"access denied by policy to get \"{name}\" from \"{store}\"");
            return;
        }

        IReadOnlyDictionary<string, string>? secret;
        try
        {
            secret = await secrets.GetAsync(name, DaprHttp.QueryMetadata(http.Request), http.RequestAborted);
            if (secret is null) throw new ComponentException($"secret {name} not found");
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            call.Sidecar.Metrics.SecretRead(store, "get", success: false);
            await DaprHttp.ErrorAsync(http, 500, "ERR_SECRET_GET", $"failed getting secret with key {name} from secret store {store}: {e.Message}");
            return;
        }

        call.Sidecar.Metrics.SecretRead(store, "get", success: true);
        if (secret.Count == 0)
        {
            await DaprHttp.NoContentAsync(http);
            return;
        }

        await DaprHttp.JsonAsync(http, 200, Json.Write(secret, static (writer, values) =>
        {
            writer.WriteStartObject();
            foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
            writer.WriteEndObject();
        }));
    }

    public static async Task BulkAsync(ApiContext call, string store)
    {
        if (await FindAsync(call, store) is not { } secrets) return;
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> all;
        try
        {
            all = await secrets.GetAllAsync(call.Http.RequestAborted);
        }
        catch (Exception e) when (!call.Http.RequestAborted.IsCancellationRequested)
        {
            call.Sidecar.Metrics.SecretRead(store, "bulk_get", success: false);
            await DaprHttp.ErrorAsync(call.Http, 500, "ERR_SECRET_GET", $"failed getting secrets from secret store {store}: {e.Message}");
            return;
        }

        call.Sidecar.Metrics.SecretRead(store, "bulk_get", success: true);
        SecretScope? scope = Scope(call, store);
        await DaprHttp.JsonAsync(call.Http, 200, Json.Write(all.Where(secret => scope?.Allows(secret.Key) != false), static (writer, values) =>
        {
            writer.WriteStartObject();
            foreach (var (name, secret) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteStartObject(name);
                foreach (var (key, value) in secret.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }));
    }

    private static SecretScope? Scope(ApiContext call, string store) =>
        call.Sidecar.Options.SecretScopes.FirstOrDefault(scope => scope.StoreName == store);

    private static async Task<ISecretStore?> FindAsync(ApiContext call, string store)
    {
        IComponentRegistry registry = call.Sidecar.Services.Registry;
        if (registry.FindSecretStore(call.AppId, store) is { } found) return found;
        bool any = registry.ForApp(call.AppId).Any(component => component is ISecretStore);
        await (any
            ? DaprHttp.ErrorAsync(call.Http, 401, "ERR_SECRET_STORE_NOT_FOUND", $"failed finding secret store with key {store}")
            : DaprHttp.ErrorAsync(call.Http, 500, "ERR_SECRET_STORES_NOT_CONFIGURED", "secret store is not configured"));
        return null;
    }
}
