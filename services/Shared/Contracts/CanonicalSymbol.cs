namespace DaprTrading.Contracts;

/// <summary>The canonical spelling of symbols: what may be an actor id and part of a key everywhere.</summary>
public static class CanonicalSymbol
{
    /// <summary>Longest symbol, in characters.</summary>
    public const int MaxLength = 32;

    /// <summary>Whether a text is a canonical symbol: 1 to 32 upper-case letters, digits and <c>. - _ ^ =</c>, the first a letter, a digit or <c>^</c>.</summary>
    public static bool IsValid(ReadOnlySpan<char> symbol)
    {
        if (symbol.Length is 0 or > MaxLength || !IsLetterOrDigit(symbol[0]) && symbol[0] != '^') return false;
        foreach (char c in symbol)
        {
            if (!IsLetterOrDigit(c) && c is not ('.' or '-' or '_' or '^' or '=')) return false;
        }

        return true;
    }

    /// <summary>Trims a symbol as people and files write it, turns it to upper case and <c>/</c> to <c>-</c>; false when what remains is no symbol.</summary>
    public static bool TryNormalize(string text, out string symbol)
    {
        symbol = "";
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (trimmed.Length is 0 or > MaxLength || trimmed[0] == '/') return false;

        Span<char> buffer = stackalloc char[MaxLength];
        for (int i = 0; i < trimmed.Length; i++) buffer[i] = trimmed[i] == '/' ? '-' : char.ToUpperInvariant(trimmed[i]);
        ReadOnlySpan<char> canonical = buffer[..trimmed.Length];
        if (!IsValid(canonical)) return false;

        symbol = canonical.SequenceEqual(text) ? text : new string(canonical);
        return true;
    }

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
}
