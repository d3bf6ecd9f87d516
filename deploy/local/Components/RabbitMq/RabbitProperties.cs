using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Between a message's metadata and its AMQP properties.</summary>
internal static class RabbitProperties
{
    /// <summary>Properties of a message that is published.</summary>
    public static BasicProperties Write(IReadOnlyDictionary<string, string> metadata, RabbitOptions options)
    {
        var properties = new BasicProperties { ContentType = "text/plain" };
        if (options.DeliveryMode > 0) properties.DeliveryMode = (DeliveryModes)options.DeliveryMode;
        if (TimeToLive(metadata, options) is { } ttl) properties.Expiration = ((long)ttl.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in metadata)
        {
            if (value.Length == 0) continue;
            if (Is(name, "contentType")) properties.ContentType = value;
            else if (Is(name, "messageID")) properties.MessageId = value;
            else if (Is(name, "correlationID")) properties.CorrelationId = value;
            else if (Is(name, "type")) properties.Type = value;
            else if (Is(name, "priority") && uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint priority)) properties.Priority = (byte)Math.Min(priority, 255);
        }

        return properties;
    }

    /// <summary>A value of a message's or a subscription's metadata; empty when it has none.</summary>
    public static string Find(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (metadata.Count == 0) return "";
        if (metadata.TryGetValue(name, out string? exact)) return exact;
        foreach (var (candidate, value) in metadata)
        {
            if (Is(candidate, name)) return value;
        }

        return "";
    }

    /// <summary>Metadata of a message that was delivered.</summary>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyBasicProperties properties, bool wanted)
    {
        if (!wanted) return EmptyMetadata.Value;
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (properties.MessageId is { Length: > 0 } id) metadata["messageid"] = id;
        if (properties.CorrelationId is { Length: > 0 } correlation) metadata["correlationid"] = correlation;
        if (properties.Type is { Length: > 0 } type) metadata["type"] = type;
        if (properties.ContentType is { Length: > 0 } content) metadata["contenttype"] = content;
        foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            if (value is not null) metadata[name] = value is byte[] text ? Encoding.UTF8.GetString(text) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        return metadata;
    }

    private static bool Is(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static TimeSpan? TimeToLive(IReadOnlyDictionary<string, string> metadata, RabbitOptions options) =>
        Find(metadata, "ttlInSeconds") is { Length: > 0 } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : options.DefaultTtl;
}
