namespace Dapr;

/// <summary>How the envelope of a CloudEvent is taken off.</summary>
public class CloudEventsMiddlewareOptions
{
    /// <summary>Whether text payloads stay JSON strings, with their quotes.</summary>
    public bool SuppressJsonDecodingOfTextPayloads { get; set; }

    /// <summary>Whether the other attributes become headers <c>Cloudevent.{name}</c>.</summary>
    public bool ForwardCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>The only attributes that become headers; beats <see cref="ExcludedCloudEventPropertiesFromHeaders"/>.</summary>
    public string[] IncludedCloudEventPropertiesAsHeaders { get; set; } = null!;

    /// <summary>Attributes that do not become headers.</summary>
    public string[] ExcludedCloudEventPropertiesFromHeaders { get; set; } = null!;
}
