using System.Text.Unicode;

namespace DaprTrading.LocalRuntime;

/// <summary>What a JSON reader does not look at while it passes over a text.</summary>
public static class JsonText
{
    /// <summary>
    /// True when every text in the bytes can be read: they are UTF-8, and no <c>\u</c> escape is half of a surrogate pair. One pass, no allocation.
    /// </summary>
    public static bool IsSound(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return false;
        bool high = false;
        for (int at = json.IndexOf((byte)'\\'); at >= 0 && at + 1 < json.Length; at = Next(json, at, ref high))
        {
            if (Escape(json[at..]) is not { } unit || !char.IsSurrogate(unit)) continue;
            if (!char.IsHighSurrogate(unit) || at + 6 >= json.Length || Escape(json[(at + 6)..]) is not { } low || !char.IsLowSurrogate(low)) return false;
            high = true;
        }

        return true;
    }

    // A pair is passed over as a whole, any other escape by its two first characters, so that \\ hides what follows it.
    private static int Next(ReadOnlySpan<byte> json, int at, ref bool pair)
    {
        int from = Math.Min(json.Length, at + (pair ? 12 : 2));
        pair = false;
        int next = json[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }

    private static char? Escape(ReadOnlySpan<byte> json)
    {
        if (json.Length < 6 || json[0] != '\\' || json[1] != 'u') return null;
        return ushort.TryParse(json[2..6], System.Globalization.NumberStyles.AllowHexSpecifier, null, out ushort unit) ? (char)unit : null;
    }
}
