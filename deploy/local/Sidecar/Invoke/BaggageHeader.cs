using Microsoft.Extensions.Primitives;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>W3C baggage: <c>key=value;property, key=value</c>. Passed on as it is, refused when it is none.</summary>
internal static class BaggageHeader
{
    private const int MaxLength = 8192;

    public static bool IsValid(StringValues header)
    {
        foreach (string? line in header)
        {
            if (string.IsNullOrEmpty(line)) continue;
            if (line.Length > MaxLength) return false;
            foreach (string member in line.Split(','))
            {
                string pair = member.Split(';')[0].Trim();
                int equals = pair.IndexOf('=');
                if (equals <= 0 || pair.AsSpan(0, equals).TrimEnd().ContainsAny(" \t\"(),/:;<>?@[\\]{}")) return false;
            }
        }

        return true;
    }
}
