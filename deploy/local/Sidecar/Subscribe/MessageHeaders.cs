using System.Collections.Frozen;
using System.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Message metadata as headers of a delivery.</summary>
internal static class MessageHeaders
{
    // A message must not change how its delivery is framed, addressed or authorised.
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "Host", "Connection", "Content-Length", "Content-Type", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Expect", "Keep-Alive",
            "Pubsubname", "dapr-api-token",
        ], StringComparer.OrdinalIgnoreCase);

    public static bool MayCarry(string name) => !Reserved.Contains(name);

    /// <summary>A value as it may stand in a header: its UTF-8 bytes, line ends as blanks, as Go writes it.</summary>
    public static string Value(string value)
    {
        if (Ascii.IsValid(value) && !value.AsSpan().ContainsAny('\r', '\n', '\0')) return value;
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        bytes.AsSpan().Replace((byte)'\r', (byte)' ');
        bytes.AsSpan().Replace((byte)'\n', (byte)' ');
        bytes.AsSpan().Replace((byte)'\0', (byte)' ');
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Casing as Go gives it: the first letter, and each after a dash, upper; the others lower.</summary>
    public static string Canonical(string name) => string.Create(name.Length, name, static (text, from) =>
    {
        bool upper = true;
        for (int i = 0; i < from.Length; i++)
        {
            text[i] = upper ? char.ToUpperInvariant(from[i]) : char.ToLowerInvariant(from[i]);
            upper = from[i] == '-';
        }
    });
}
