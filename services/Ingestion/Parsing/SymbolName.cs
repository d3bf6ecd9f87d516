using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.Parsing;

/// <summary>Turns what producers write into <see cref="CanonicalSymbol"/>s.</summary>
internal static class SymbolName
{
    public const int MaxLength = CanonicalSymbol.MaxLength;

    /// <summary>Trims, turns to upper case and <c>/</c> to <c>-</c>; false when what remains is no symbol.</summary>
    public static bool TryNormalize(string text, out string symbol)
    {
        symbol = "";
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (trimmed.Length is 0 or > MaxLength || trimmed[0] == '/') return false;

        Span<char> buffer = stackalloc char[MaxLength];
        for (int i = 0; i < trimmed.Length; i++) buffer[i] = trimmed[i] == '/' ? '-' : char.ToUpperInvariant(trimmed[i]);
        ReadOnlySpan<char> canonical = buffer[..trimmed.Length];
        if (!CanonicalSymbol.IsValid(canonical)) return false;

        symbol = canonical.SequenceEqual(text) ? text : new string(canonical);
        return true;
    }
}
