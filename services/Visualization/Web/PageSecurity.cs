using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Web;

/// <summary>What protects the page: headers on every answer, and no state change or hub connection from a foreign page.</summary>
internal static class PageSecurity
{
    private const string Policy =
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

    public static void UsePageSecurity(this WebApplication app) => app.Use(ProtectAsync);

    /// <summary>Whether a request comes from the page itself, from a configured origin, or from no page at all.</summary>
    internal static bool IsOwnOrigin(string origin, HostString host, IReadOnlyList<string> allowed) =>
        origin.Length == 0
        || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase));

    private static async Task ProtectAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        HttpRequest request = context.Request;
        bool isGuarded = request.Path.StartsWithSegments("/hub")
            || (request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method));
        var options = context.RequestServices.GetRequiredService<IOptions<VisualizationOptions>>().Value;
        if (isGuarded && !IsOwnOrigin(request.Headers.Origin.ToString(), request.Host, options.AllowedOrigins))
        {
            await TypedResults.Problem(
                "Pages of another origin may not connect; add the origin to Visualization:AllowedOrigins.",
                statusCode: StatusCodes.Status403Forbidden, title: "Foreign origin").ExecuteAsync(context);
            return;
        }

        await next(context);
    }
}
