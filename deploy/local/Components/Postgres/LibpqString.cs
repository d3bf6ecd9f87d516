using System.Text;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads PostgreSQL connection strings as libpq and Dapr take them: <c>key=value</c> words, or a URL.</summary>
internal static class LibpqString
{
    /// <summary>The parameters of a connection string by name.</summary>
    /// <exception cref="FormatException">The text is neither form; the message never holds the text, which may contain a password.</exception>
    public static Dictionary<string, string> Parse(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal) ? ParseUrl(text) : ParseWords(text);

    private static Dictionary<string, string> ParseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url)) throw new FormatException("is not a valid postgres:// URL");
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (url.Host.Length > 0) values["host"] = url.Host.Trim('[', ']');
        if (url.Port > 0) values["port"] = url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        int colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (url.UserInfo.Length > 0) values["user"] = Uri.UnescapeDataString(colon < 0 ? url.UserInfo : url.UserInfo[..colon]);
        if (colon >= 0) values["password"] = Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]);
        if (url.AbsolutePath.Length > 1) values["dbname"] = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        foreach (string pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new FormatException("has a query that is not name=value");
            values[Uri.UnescapeDataString(pair[..equals])] = Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' '));
        }

        return values;
    }

    private static Dictionary<string, string> ParseWords(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        int at = 0;
        while (true)
        {
            SkipBlanks(text, ref at);
            if (at == text.Length) return values;
            int equals = text.IndexOf('=', at);
            string name = equals < 0 ? "" : text[at..equals].Trim();
            if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            {
                throw new FormatException("is not made of name=value words (such as host=127.0.0.1 port=5432 user=postgres dbname=trading) and is no postgres:// URL");
            }

            at = equals + 1;
            SkipBlanks(text, ref at);
            values[name] = Value(text, ref at, name);
        }
    }

    // A value ends at a blank, unless it stands in single quotes; a backslash takes the next character as it is.
    private static string Value(string text, ref int at, string name)
    {
        bool quoted = at < text.Length && text[at] == '\'';
        if (quoted) at++;
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quoted ? c == '\'' : char.IsWhiteSpace(c)) break;
            if (c == '\\' && at + 1 < text.Length) c = text[++at];
            value.Append(c);
        }

        if (quoted && at++ >= text.Length) throw new FormatException($"has no closing quote after '{name}='");
        return value.ToString();
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }
}
