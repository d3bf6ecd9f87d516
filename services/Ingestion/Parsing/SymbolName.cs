namespace DaprTrading.Ingestion.Parsing;

/// <summary>The canonical spelling of symbols: what may be an actor id and part of a key everywhere.</summary>
internal static class SymbolName
{
    public const int MaxLength = 32;

    /// <summary>Trims, turns to upper case and <c>/</c> to <c>-</c>; false when what remains is no symbol.</summary>
    public static bool TryNormalize(string text, out string symbol)
    {
        symbol = "";
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (trimmed.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(trimmed[0]) && trimmed[0] != '^') return false;

        Span<char> buffer = stackalloc char[MaxLength];
        for (int i = 0; i < trimmed.Length; i++)
        {
            char c = trimmed[i] == '/' ? '-' : char.ToUpperInvariant(trimmed[i]);
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c) && c is not ('.' or '-' or '_' or '^' or '=')) return false;
            buffer[i] = c;
        }

        symbol = buffer[..trimmed.Length].SequenceEqual(text) ? text : new string(buffer[..trimmed.Length]);
        return true;
    }
}
