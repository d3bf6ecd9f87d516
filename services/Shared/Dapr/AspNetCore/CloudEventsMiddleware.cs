using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Dapr.Http;
using Microsoft.AspNetCore.Http;

namespace Dapr.AspNetCore;

/// <summary>Takes the envelope off a CloudEvent, so that the endpoint sees the payload as its body.</summary>
internal sealed class CloudEventsMiddleware(RequestDelegate next, CloudEventsMiddlewareOptions options)
{
    public Task InvokeAsync(HttpContext context) =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
        && string.Equals(type.MediaType, SidecarHeaders.CloudEventsJson, StringComparison.OrdinalIgnoreCase)
            ? UnwrapAsync(context, type.CharSet)
            : next(context);

    private async Task UnwrapAsync(HttpContext context, string? charset)
    {
        HttpRequest request = context.Request;
        Payload payload;
        using (JsonDocument? document = await ParseAsync(request, charset, context.RequestAborted))
        {
            if (document is null || !TryUnwrap(document.RootElement, out payload))
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            if (options.ForwardCloudEventPropertiesAsHeaders)
            {
                CloudEventHeaders.Forward(document.RootElement, request.Headers, options);
            }
        }

        Stream body = request.Body;
        string? contentType = request.ContentType;
        try
        {
            request.Body = new MemoryStream(payload.Body, writable: false);
            request.ContentType = payload.ContentType;
            await next(context);
        }
        finally
        {
            request.Body = body;
            request.ContentType = contentType;
        }
    }

    private static async Task<JsonDocument?> ParseAsync(HttpRequest request, string? charset, CancellationToken cancellationToken)
    {
        try
        {
            Encoding encoding = string.IsNullOrEmpty(charset) ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"'));
            Stream json = encoding.CodePage == Encoding.UTF8.CodePage
                ? request.Body
                : Encoding.CreateTranscodingStream(request.Body, encoding, Encoding.UTF8, leaveOpen: true);
            JsonDocument document = await JsonDocument.ParseAsync(json, default, cancellationToken);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private bool TryUnwrap(JsonElement envelope, out Payload payload)
    {
        JsonElement? data = null, binary = null;
        string? dataContentType = null;
        foreach (JsonProperty property in envelope.EnumerateObject())
        {
            if (property.Name.Equals("data", StringComparison.OrdinalIgnoreCase))
            {
                data = property.Value;
            }
            else if (property.Name.Equals("data_base64", StringComparison.OrdinalIgnoreCase))
            {
                binary = property.Value;
            }
            else if (property.Name.Equals("datacontenttype", StringComparison.OrdinalIgnoreCase))
            {
                dataContentType = property.Value.ToString();
            }
        }

        (string contentType, bool isJson) = Describe(dataContentType);
        payload = new Payload([], ContentType: null);
        if (data is { } text)
        {
            bool asJson = isJson || text.ValueKind != JsonValueKind.String || options.SuppressJsonDecodingOfTextPayloads;
            payload = new Payload(asJson ? JsonMarshal.GetRawUtf8Value(text).ToArray() : Encoding.UTF8.GetBytes(text.GetString()!), contentType);
            return binary is null;
        }

        byte[]? bytes = null;
        bool valid = binary is not { } encoded || (encoded.ValueKind == JsonValueKind.String && encoded.TryGetBytesFromBase64(out bytes));
        payload = bytes is null ? payload : new Payload(bytes, contentType);
        return valid;
    }

    /// <summary>The payload's media type without its charset, since the endpoint gets UTF-8, and whether it is a kind of JSON.</summary>
    private static (string ContentType, bool IsJson) Describe(string? dataContentType)
    {
        if (dataContentType is null || !MediaTypeHeaderValue.TryParse(dataContentType, out MediaTypeHeaderValue? type))
        {
            return (SidecarHeaders.Json, true);
        }

        type.CharSet = null;
        bool isJson = string.Equals(type.MediaType, SidecarHeaders.Json, StringComparison.OrdinalIgnoreCase)
            || type.MediaType!.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
        return (type.ToString(), isJson);
    }

    private readonly record struct Payload(byte[] Body, string? ContentType);
}
