using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace DaprTrading.Visualization.Web;

/// <summary>Serves the built dashboard from <c>wwwroot</c>.</summary>
internal static class Page
{
    private const string Index = "index.html";

    private const string NotBuilt =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>DaprTrading</title>"
        + "<h1>The dashboard is not built yet</h1><p>Run <code>./run build</code> and load this page again.</p></html>";

    /// <summary>Static files with their caching rules; every other address that is neither an API nor a sidecar's question belongs to the page.</summary>
    public static void MapPage(this WebApplication app)
    {
        string root = app.Environment.WebRootPath ?? Path.Combine(app.Environment.ContentRootPath, "wwwroot");
        Directory.CreateDirectory(root);
        var files = new PhysicalFileProvider(root);
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = SetCaching });
        app.MapFallback("{*path:nonfile}", context => SendIndexAsync(context, files)).ExcludeFromDescription();
    }

    /// <summary>Names that carry a hash never change their content; everything else is asked for again.</summary>
    internal static string CachingOf(string path) =>
        path.StartsWith("/assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";

    private static void SetCaching(StaticFileResponseContext context) =>
        context.Context.Response.Headers.CacheControl = CachingOf(context.Context.Request.Path.Value ?? "");

    private static async Task SendIndexAsync(HttpContext context, IFileProvider files)
    {
        if (context.Request.Path.StartsWithSegments("/dapr", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;   // a sidecar's question, not a person's address
            return;
        }

        IFileInfo index = files.GetFileInfo(Index);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = CachingOf("/");
        if (index.Exists)
        {
            await context.Response.SendFileAsync(index, context.RequestAborted);
        }
        else
        {
            await context.Response.WriteAsync(NotBuilt, context.RequestAborted);
        }
    }
}
