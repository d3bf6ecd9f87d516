using System.Globalization;
using System.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A match rule is not an expression this runtime understands.</summary>
internal sealed class CelSyntaxException(string message) : Exception(message);

internal enum CelTokenKind
{
    End,
    Name,
    Text,
    Number,
    Symbol,
}

internal readonly record struct CelToken(CelTokenKind Kind, string Text, double Number, int Position);

/// <summary>Cuts a CEL expression into tokens.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "-"];

    public static List<CelToken> Read(string text, int limit)
    {
        var tokens = new List<CelToken>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length) break;
            if (tokens.Count == limit) throw new CelSyntaxException($"longer than {limit} words and symbols");
            tokens.Add(Next(text, ref at));
        }

        tokens.Add(new CelToken(CelTokenKind.End, "end of expression", 0, at));
        return tokens;
    }

    private static CelToken Next(string text, ref int at)
    {
        int start = at;
        char c = text[at];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
            return new CelToken(CelTokenKind.Name, text[start..at], 0, start);
        }

        if (char.IsAsciiDigit(c)) return Number(text, ref at);
        if (c is '"' or '\'') return Quoted(text, ref at);
        foreach (string symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0) continue;
            at += symbol.Length;
            return new CelToken(CelTokenKind.Symbol, symbol, 0, start);
        }

        throw new CelSyntaxException($"unexpected '{c}' at {start}");
    }

    private static CelToken Number(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) at++;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            if (at < text.Length && text[at] is '+' or '-') at++;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        }

        int end = at;
        if (at < text.Length && text[at] is 'u' or 'U') at++;
        if (!double.TryParse(text.AsSpan(start, end - start), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')))
        {
            throw new CelSyntaxException($"invalid number at {start}");
        }

        return new CelToken(CelTokenKind.Number, text[start..at], number, start);
    }

    private static CelToken Quoted(string text, ref int at)
    {
        int start = at;
        char quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            char c = text[at++];
            if (c == '\\') c = at < text.Length ? Escaped(text[at++], start) : throw new CelSyntaxException($"unfinished string at {start}");
            value.Append(c);
        }

        if (at == text.Length) throw new CelSyntaxException($"unfinished string at {start}");
        at++;
        return new CelToken(CelTokenKind.Text, value.ToString(), 0, start);
    }

    private static char Escaped(char c, int start) => c switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '\\' or '"' or '\'' or '`' or '?' => c,
        _ => throw new CelSyntaxException($"unsupported escape \\{c} in the string at {start}"),
    };
}
