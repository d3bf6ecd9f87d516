namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>How a payload goes into a CloudEvent.</summary>
internal enum ContentKind
{
    Text,
    Json,
    Binary,
    CloudEvent,
}

internal static class ContentKinds
{
    public static ContentKind Of(ReadOnlySpan<char> contentType)
    {
        if (Is(contentType, "application/json")) return ContentKind.Json;
        if (Is(contentType, "application/cloudevents+json")) return ContentKind.CloudEvent;
        if (Is(contentType, "application/octet-stream") || Is(contentType, "application/cloudevents+protobuf")) return ContentKind.Binary;
        return ContentKind.Text;
    }

    /// <summary>True for types a bulk entry may carry as a JSON string.</summary>
    public static bool IsBulkText(ReadOnlySpan<char> contentType) =>
        contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || Is(contentType, "application/xml");

    public static bool IsOctetStream(ReadOnlySpan<char> contentType) => Is(contentType, "application/octet-stream");

    // Parameters count only when they follow directly.
    private static bool Is(ReadOnlySpan<char> contentType, ReadOnlySpan<char> name) =>
        contentType.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (contentType.Length == name.Length || contentType[name.Length] == ';');
}
