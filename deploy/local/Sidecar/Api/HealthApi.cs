using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary><c>GET /v1.0/healthz</c> and <c>healthz/outbound</c>.</summary>
internal static class HealthApi
{
    public static Task HealthAsync(HttpContext http, LocalSidecar sidecar)
    {
        if (!sidecar.Ready) return DaprHttp.ErrorAsync(http, 500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [app]");
        if (http.Request.Query.TryGetValue("appid", out var asked) && asked.ToString() != sidecar.Options.AppId)
        {
            return DaprHttp.ErrorAsync(http, 500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match");
        }

        return DaprHttp.NoContentAsync(http);
    }

    /// <summary>The API is only there once the components are loaded, so it is always ready for calls going out.</summary>
    public static Task OutboundAsync(HttpContext http) => DaprHttp.NoContentAsync(http);
}
