using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DaprTrading.LocalRuntime;

/// <summary>Which headers pass from a caller into an app and back (service invocation and actor calls).</summary>
public static class ForwardedHeaders
{
    private static readonly FrozenSet<string> HopByHop = FrozenSet.ToFrozenSet(
        [
            "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "TE", "Trailer",
            "Proxy-Authorization", "Proxy-Authenticate", "Content-Length",
        ], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> NeverSent = FrozenSet.ToFrozenSet(
        ["Host", "dapr-app-id", "dapr-api-token", "destination-app-id"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Copies the request's headers into <paramref name="target"/>, whose content (if any) must be set already.</summary>
    public static void CopyRequest(HttpRequest source, HttpRequestMessage target)
    {
        string connection = source.Headers.Connection.ToString();
        foreach (var (name, values) in source.Headers)
        {
            if (NameInTheApp(name, connection) is not { } sent) continue;
            if (!target.Headers.TryAddWithoutValidation(sent, (IEnumerable<string?>)values))
            {
                target.Content?.Headers.TryAddWithoutValidation(sent, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>The name under which a header of the caller reaches the app; null when it does not.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="connection">The caller's <c>Connection</c> header: what it names stays on this side.</param>
    public static string? NameInTheApp(string name, string connection)
    {
        if (name.StartsWith(':') || HopByHop.Contains(name) || NeverSent.Contains(name) || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)
            || Names(connection, name)) return null;
        return name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) ? "dapr-" + name : name;
    }

    /// <summary>Whether a header of the app's answer reaches the caller.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="connection">The app's <c>Connection</c> header.</param>
    public static bool ComesBack(string name, string connection) => !HopByHop.Contains(name) && !Names(connection, name);

    /// <summary>Copies status, headers and body of an app's answer to the caller.</summary>
    public static async Task CopyResponseAsync(HttpResponseMessage source, HttpContext target)
    {
        target.Response.StatusCode = (int)source.StatusCode;
        string connection = source.Headers.Connection.ToString();
        CopyHeaders(source.Headers.NonValidated, target, connection);
        CopyHeaders(source.Content.Headers.NonValidated, target, connection);
        if (source.Content.Headers.ContentLength is { } length && !HttpMethods.IsHead(target.Request.Method))
        {
            if (length == 0) return;
            target.Response.ContentLength = length;
        }

        Stream body = await source.Content.ReadAsStreamAsync(target.RequestAborted).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await body.CopyToAsync(target.Response.Body, target.RequestAborted).ConfigureAwait(false);
        }
    }

    private static void CopyHeaders(System.Net.Http.Headers.HttpHeadersNonValidated source, HttpContext target, string connection)
    {
        foreach (var header in source)
        {
            if (!ComesBack(header.Key, connection)) continue;
            target.Response.Headers[header.Key] = new StringValues([.. header.Value]);
        }
    }

    private static bool Names(string connection, string header)
    {
        if (connection.Length == 0) return false;
        foreach (string name in connection.Split(',', StringSplitOptions.TrimEntries))
        {
            if (name.Equals(header, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
