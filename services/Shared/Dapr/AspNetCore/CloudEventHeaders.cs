using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Dapr.AspNetCore;

/// <summary>Hands the attributes of an envelope to the endpoint as request headers.</summary>
internal static class CloudEventHeaders
{
    private static readonly string[] _never = ["data", "data_base64", "datacontenttype", "pubsubname", "traceparent"];

    public static void Forward(JsonElement envelope, IHeaderDictionary headers, CloudEventsMiddlewareOptions options)
    {
        foreach (JsonProperty property in envelope.EnumerateObject())
        {
            if (IsForwarded(property.Name, options))
            {
                headers[$"Cloudevent.{property.Name.ToLowerInvariant()}"] = property.Value.ToString();
            }
        }
    }

    private static bool IsForwarded(string name, CloudEventsMiddlewareOptions options) => (options switch
    {
        { IncludedCloudEventPropertiesAsHeaders: { } included } => Contains(included, name),
        { ExcludedCloudEventPropertiesFromHeaders: { } excluded } => !Contains(excluded, name),
        _ => true,
    }) && !Contains(_never, name);

    private static bool Contains(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
