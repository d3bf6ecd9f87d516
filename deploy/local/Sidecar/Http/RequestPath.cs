namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The path of a request as Dapr's router sees it: still escaped, with <c>//</c>, <c>.</c> and <c>..</c> resolved and no trailing slash.</summary>
internal static class RequestPath
{
    public static string Clean(string rawTarget)
    {
        ReadOnlySpan<char> path = rawTarget;
        int query = path.IndexOf('?');
        if (query >= 0) path = path[..query];
        if (path.Length > 0 && path[0] != '/') path = WithoutAuthority(path);
        if (path.Contains("//", StringComparison.Ordinal) || path.Contains("/.", StringComparison.Ordinal)) return Resolve(path);
        if (path.Length > 1 && path[^1] == '/') path = path[..^1];
        return path.Length == rawTarget.Length ? rawTarget : path.ToString();
    }

    /// <summary>Resolves <c>//</c>, <c>.</c> and <c>..</c>; never climbs above the root and drops a trailing slash.</summary>
    public static string Resolve(ReadOnlySpan<char> path)
    {
        if (IsResolved(path)) return path[0] == '/' ? path.ToString() : string.Concat("/", path);
        var kept = new List<string>();
        foreach (Range range in path.Split('/'))
        {
            ReadOnlySpan<char> part = path[range];
            if (part.IsEmpty || part.SequenceEqual(".")) continue;
            if (!part.SequenceEqual(".."))
            {
                kept.Add(part.ToString());
            }
            else if (kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        return "/" + string.Join('/', kept);
    }

    private static bool IsResolved(ReadOnlySpan<char> path) =>
        !path.IsEmpty && path[0] != '.' && path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);

    private static ReadOnlySpan<char> WithoutAuthority(ReadOnlySpan<char> target)
    {
        int scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return "/";
        ReadOnlySpan<char> rest = target[(scheme + 3)..];
        int slash = rest.IndexOf('/');
        return slash < 0 ? "/" : rest[slash..];
    }
}
