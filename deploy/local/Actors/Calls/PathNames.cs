namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Names that may be part of a path in the app.</summary>
internal static class PathNames
{
    private static readonly System.Buffers.SearchValues<char> Forbidden = System.Buffers.SearchValues.Create(
        [.. @"/\#?", .. Enumerable.Range(0, 32).Select(code => (char)code), (char)127]);

    /// <summary>Why a name is not allowed; null when it is.</summary>
    public static string? Reject(string name, string what)
    {
        if (name.Length == 0) return $"invalid {what}: it is empty";
        if (name is "." or "..") return $"invalid {what}: '{name}' is a path segment";
        int at = name.AsSpan().IndexOfAny(Forbidden);
        return at < 0 ? null : $"invalid {what}: character U+{(int)name[at]:X4} at position {at} is not allowed";
    }
}
