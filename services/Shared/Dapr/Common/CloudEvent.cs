using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>Attributes of an event whose envelope the publisher makes itself.</summary>
public class CloudEvent
{
    [JsonPropertyName("source")]
    public Uri Source { get; init; } = null!;

    [JsonPropertyName("type")]
    public string Type { get; init; } = null!;

    [JsonPropertyName("subject")]
    public string Subject { get; init; } = null!;
}

/// <summary>An event whose envelope the publisher makes itself, with its payload.</summary>
/// <typeparam name="TData">Type of the payload.</typeparam>
public class CloudEvent<TData>(TData data) : CloudEvent
{
    [JsonPropertyName("data")]
    public TData Data { get; } = data;

    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = "application/json";
}
