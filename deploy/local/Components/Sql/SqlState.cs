using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Rules the SQL state stores share.</summary>
internal static class SqlState
{
    /// <summary>Seconds to live that a save asks for; null: for ever. Each save sets it anew.</summary>
    /// <exception cref="ComponentException">The time to live is not a whole number of at least -1.</exception>
    public static int? TimeToLive(StateUpsert item, string label)
    {
        if (!item.Metadata.TryGetValue("ttlInSeconds", out string? text) || text.Length == 0) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds) && seconds >= -1
            ? seconds > 0 ? seconds : null
            : throw new ComponentException($"{label}: key '{item.Key}': ttlInSeconds '{text}' is not a whole number of at least -1");
    }

    /// <summary>Whether a text can stand in SQL as the name of a table, with its schema or without, unquoted.</summary>
    public static bool IsTableName(string name, bool withSchema)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0) return withSchema && IsIdentifier(name.AsSpan(0, dot)) && IsIdentifier(name.AsSpan(dot + 1));
        return IsIdentifier(name);
    }

    /// <summary>The migration level a bookkeeping row holds; no row: 0.</summary>
    /// <exception cref="ComponentException">The row holds something else.</exception>
    public static int Level(object? value, string table, string key)
    {
        if (value is null) return 0;
        return value is string text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int level)
            ? level
            : throw new ComponentException($"table '{table}' has the migration level '{value}' under '{key}', which is not a whole number");
    }

    private static bool IsIdentifier(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > 63 || char.IsAsciiDigit(name[0])) return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }

        return true;
    }
}
