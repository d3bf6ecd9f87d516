using System.Globalization;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What the sidecar itself reads from a publish request's metadata.</summary>
internal static class PublishMetadata
{
    /// <summary>Whether <c>rawPayload</c> is set; false also when it is no boolean, then <paramref name="error"/> says so.</summary>
    public static bool IsRaw(IReadOnlyDictionary<string, string> metadata, out string? error)
    {
        error = null;
        if (!metadata.TryGetValue("rawPayload", out string? text)) return false;
        switch (text)
        {
            case "1" or "t" or "T" or "TRUE" or "true" or "True":
                return true;
            case "0" or "f" or "F" or "FALSE" or "false" or "False":
                return false;
            default:
                error = $"failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is '{text}'";
                return false;
        }
    }

    /// <summary>When the message expires, RFC 3339; null without a time to live, or when the broker itself sees to it.</summary>
    public static string? Expiration(IReadOnlyDictionary<string, string> metadata, IPubSub component, TimeProvider time)
    {
        if (metadata.Count == 0 || component.HasNativeTtl) return null;
        if (!metadata.TryGetValue("ttlInSeconds", out string? text) && !metadata.TryGetValue("ttl", out text)) return null;
        if (!Durations.TryParseGo(text, out TimeSpan ttl))
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds)) return null;
            ttl = TimeSpan.FromSeconds(seconds);
        }

        return ttl < TimeSpan.Zero ? null : (time.GetUtcNow() + ttl).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }
}
