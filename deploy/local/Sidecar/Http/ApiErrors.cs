using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The errors that more than one API answers.</summary>
internal static class ApiErrors
{
    public static Task NotRouted(HttpContext http) => DaprHttp.ErrorAsync(
        http, 404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");

    public static Task Unimplemented(HttpContext http) => DaprHttp.ErrorAsync(
        http, 501, "ERR_API_UNIMPLEMENTED", "this API is currently not implemented");

    public static Task Malformed(HttpContext http, string detail) => DaprHttp.ErrorAsync(
        http, 400, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {detail}");

    /// <summary>Error with <c>details</c>: an ErrorInfo and, when a resource is named, a ResourceInfo.</summary>
    public static Task RichAsync(HttpContext http, int status, string code, string message, ErrorDetails details) =>
        DaprHttp.ErrorAsync(http, status, code, message, writer => details.Write(writer, message));
}

/// <summary>What the <c>details</c> of an error say.</summary>
internal sealed record ErrorDetails(string Reason, string? ResourceType = null, string? ResourceName = null)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata.Value;

    public void Write(Utf8JsonWriter writer, string message)
    {
        writer.WriteStartArray("details");
        if (ResourceType is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("@type", "type.googleapis.com/google.rpc.ResourceInfo");
            writer.WriteString("resource_type", ResourceType);
            writer.WriteString("resource_name", ResourceName);
            writer.WriteString("owner", "");
            writer.WriteString("description", message);
            writer.WriteEndObject();
        }

        writer.WriteStartObject();
        writer.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        writer.WriteString("reason", Reason);
        writer.WriteString("domain", "dapr.io");
        writer.WriteStartObject("metadata");
        foreach (var (name, value) in Metadata) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
