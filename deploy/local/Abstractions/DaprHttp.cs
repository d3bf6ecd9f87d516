using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime;

/// <summary>Bodies as Dapr's HTTP API writes them, and limited reading of requests.</summary>
public static class DaprHttp
{
    /// <summary>The text a reader gets when a body is over the limit.</summary>
    public const string TooLarge = "stream too large";

    /// <summary>Memory taken on the word of a Content-Length alone; the rest comes with the bytes.</summary>
    public const int FirstPiece = 64 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>204 without a body.</summary>
    public static Task NoContentAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary><c>{"errorCode":…,"message":…}</c> with <c>details</c> when <paramref name="details"/> writes them.</summary>
    public static Task ErrorAsync(HttpContext http, int status, string errorCode, string message, Action<Utf8JsonWriter>? details = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("errorCode", errorCode);
            writer.WriteString("message", message);
            details?.Invoke(writer);
            writer.WriteEndObject();
        }

        return JsonAsync(http, status, buffer.WrittenMemory);
    }

    /// <summary>A JSON body.</summary>
    public static Task JsonAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    /// <summary>A plain text body.</summary>
    public static Task TextAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>The whole body.</summary>
    /// <exception cref="BodyReadException">It is above <paramref name="limit"/>, malformed or too slow.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext http, long limit)
    {
        if (http.Request.ContentLength > limit) throw new BodyTooLargeException();

        int expected = (int)(http.Request.ContentLength ?? 0);
        byte[] body = expected > 0 ? new byte[Math.Min(expected, FirstPiece)] : [];
        int filled = 0;
        while (true)
        {
            if (filled == body.Length)
            {
                if (expected > 0 && filled == expected) return body;
                int larger = Math.Max(4096, body.Length * 2);
                Array.Resize(ref body, expected > 0 ? Math.Min(expected, larger) : larger);
            }

            int read = await ReadAsync(http, body.AsMemory(filled)).ConfigureAwait(false);
            if (read == 0) return body.AsMemory(0, filled);
            filled += read;
            if (filled > limit) throw new BodyTooLargeException();
        }
    }

    /// <summary>The next piece of a body; 0 at its end.</summary>
    /// <exception cref="BodyReadException">It is malformed or too slow.</exception>
    public static async ValueTask<int> ReadAsync(HttpContext http, Memory<byte> into)
    {
        try
        {
            return await http.Request.Body.ReadAsync(into, http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BadHttpRequestException or IOException && !http.RequestAborted.IsCancellationRequested)
        {
            throw new BodyReadException(e.Message, e);
        }
    }

    /// <summary>Un-escapes a path part as Dapr does: as a query part, so <c>+</c> is a space. False for an invalid escape.</summary>
    public static bool TryUnescape(ReadOnlySpan<char> escaped, out string text)
    {
        if (escaped.IndexOfAny('%', '+') < 0)
        {
            text = escaped.ToString();
            return true;
        }

        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(escaped.Length)];
        int length = 0;
        for (int i = 0; i < escaped.Length; i++)
        {
            char c = escaped[i];
            if (c == '+')
            {
                bytes[length++] = (byte)' ';
            }
            else if (c == '%')
            {
                if (i + 2 >= escaped.Length || !char.IsAsciiHexDigit(escaped[i + 1]) || !char.IsAsciiHexDigit(escaped[i + 2]))
                {
                    text = "";
                    return false;
                }

                bytes[length++] = Convert.FromHexString(escaped.Slice(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(escaped.Slice(i, 1), bytes.AsSpan(length));
            }
        }

        text = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    /// <summary>The <c>metadata.{name}={value}</c> query parameters; the first value of a repeated name wins.</summary>
    public static IReadOnlyDictionary<string, string> QueryMetadata(HttpRequest request)
    {
        if (!request.QueryString.HasValue) return EmptyMetadata.Value;

        Dictionary<string, string>? metadata = null;
        foreach (var (name, values) in request.Query)
        {
            if (!name.StartsWith("metadata.", StringComparison.Ordinal)) continue;
            metadata ??= new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            metadata.TryAdd(name["metadata.".Length..], values.Count > 0 ? values[0] ?? "" : "");
        }

        return metadata ?? EmptyMetadata.Value;
    }
}

/// <summary>A request body cannot be read.</summary>
public class BodyReadException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A request body is above the sidecar's limit.</summary>
public sealed class BodyTooLargeException() : BodyReadException(DaprHttp.TooLarge);
