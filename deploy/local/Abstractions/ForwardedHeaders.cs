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
            if (HopByHop.Contains(name) || NeverSent.Contains(name) || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)
                || Names(connection, name)) continue;
            string sent = name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) ? "dapr-" + name : name;
            if (!target.Headers.TryAddWithoutValidation(sent, (IEnumerable<string?>)values))
            {
                target.Content?.Headers.TryAddWithoutValidation(sent, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>Copies status, headers and body of an app's answer to the caller, flushing each chunk.</summary>
    public static async Task CopyResponseAsync(HttpResponseMessage source, HttpContext target, bool flush = false)
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
            if (!flush)
            {
                await body.CopyToAsync(target.Response.Body, target.RequestAborted).ConfigureAwait(false);
                return;
            }

            byte[] chunk = new byte[16 * 1024];
            int read;
            while ((read = await body.ReadAsync(chunk, target.RequestAborted).ConfigureAwait(false)) > 0)
            {
                await target.Response.Body.WriteAsync(chunk.AsMemory(0, read), target.RequestAborted).ConfigureAwait(false);
                await target.Response.Body.FlushAsync(target.RequestAborted).ConfigureAwait(false);
            }
        }
    }

    private static void CopyHeaders(System.Net.Http.Headers.HttpHeadersNonValidated source, HttpContext target, string connection)
    {
        foreach (var header in source)
        {
            if (HopByHop.Contains(header.Key) || Names(connection, header.Key)) continue;
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
