namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The groups of Dapr's API: the part of a path after the version.</summary>
internal static class Groups
{
    private static readonly string[] Known =
    [
        "publish", "state", "invoke", "actors", "secrets", "metadata", "shutdown", "bindings", "configuration", "lock", "unlock", "crypto", "subtlecrypto",
        "workflows", "jobs", "conversation", "healthz",
    ];

    /// <summary>The group of a request's target; empty for none of Dapr's.</summary>
    public static string Of(ReadOnlySpan<char> target)
    {
        if (!target.StartsWith("/v1.0")) return "";
        int slash = target[1..].IndexOf('/');
        if (slash < 0) return "";
        ReadOnlySpan<char> part = target[(slash + 2)..];
        int end = part.IndexOfAny('/', '?');
        if (end >= 0) part = part[..end];
        foreach (string group in Known)
        {
            if (part.SequenceEqual(group)) return group;
        }

        return "";
    }
}
