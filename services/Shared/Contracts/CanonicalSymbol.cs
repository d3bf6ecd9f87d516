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

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
}
