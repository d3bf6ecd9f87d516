using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Which app a request is for, and the method as escaped path of that app's URL.</summary>
internal readonly record struct InvocationTarget(string Id, string Method)
{
    private const string AppIdHeader = "dapr-app-id";
    private const string InvokePrefix = "/v1.0/invoke/";

    /// <summary>Header, then basic authentication, then path. False when none of them names an app.</summary>
    public static bool TryFind(HttpRequest request, string path, out InvocationTarget target)
    {
        if (request.Headers.TryGetValue(AppIdHeader, out var header) && header.ToString() is { Length: > 0 } named)
        {
            target = new InvocationTarget(named, path);
            return true;
        }

        if (FromBasic(request.Headers.Authorization.ToString()) is { } user)
        {
            target = new InvocationTarget(user, path);
            return true;
        }

        target = default;
        if (!path.StartsWith(InvokePrefix, StringComparison.Ordinal)) return false;
        string rest = path[InvokePrefix.Length..];
        int method = rest.IndexOf("/method/", StringComparison.Ordinal);
        if (method <= 0) return false;
        target = new InvocationTarget(Uri.UnescapeDataString(rest[..method]), rest[(method + "/method".Length)..]);
        return true;
    }

    private static string? FromBasic(string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> bytes = stackalloc byte[512];
        if (!Convert.TryFromBase64String(authorization[6..].Trim(), bytes, out int length)) return null;
        string text = Encoding.UTF8.GetString(bytes[..length]);
        int colon = text.IndexOf(':');
        return colon > 0 && colon + 1 < text.Length && text.AsSpan(0, colon).Equals(AppIdHeader, StringComparison.OrdinalIgnoreCase)
            ? text[(colon + 1)..] : null;
    }
}

/// <summary>The path of a method: decoded, resolved, and escaped again for the app's URL.</summary>
internal static class MethodPath
{
    private static readonly SearchValues<char> Unescaped =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~!$&'()*+,;=:@/%[]");

    /// <summary>False for text that cannot stand in a path: <c>#</c>, <c>?</c>, control characters, or a lone percent sign.</summary>
    public static bool TryNormalize(string escaped, out string path)
    {
        string decoded = Uri.UnescapeDataString(escaped);
        path = "";
        foreach (char c in decoded)
        {
            if (c is '#' or '?' || char.IsControl(c)) return false;
        }

        decoded = RequestPath.Resolve(decoded);
        for (int i = 0; i < decoded.Length; i++)
        {
            // The decoded text is read as a URL once more, so what still looks like an escape must be one.
            if (decoded[i] == '%' && (i + 2 >= decoded.Length || !char.IsAsciiHexDigit(decoded[i + 1]) || !char.IsAsciiHexDigit(decoded[i + 2]))) return false;
        }

        path = Escape(decoded);
        return true;
    }

    private static string Escape(string decoded)
    {
        if (!decoded.AsSpan().ContainsAnyExcept(Unescaped)) return decoded;

        var escaped = new StringBuilder(decoded.Length + 16);
        foreach (Rune rune in decoded.EnumerateRunes())
        {
            if (rune.IsAscii && Unescaped.Contains((char)rune.Value)) escaped.Append((char)rune.Value);
            else escaped.Append(Uri.EscapeDataString(rune.ToString()));
        }

        return escaped.ToString();
    }
}
