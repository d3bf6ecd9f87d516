using System.Net;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Builds the request the target app sees.</summary>
internal static class InvocationRequest
{
    private const string Address = "127.0.0.1";
    private static readonly string HostName = Dns.GetHostName();

    public static HttpRequestMessage Create(ApiContext call, Invocation invocation)
    {
        HttpRequest source = call.Http.Request;
        var request = new HttpRequestMessage(HttpMethod.Parse(source.Method), new Uri(invocation.PathAndQuery, UriKind.Relative));
        if (invocation.Buffered is { } buffered) request.Content = new ReadOnlyMemoryContent(buffered);
        else if (invocation.HasBody) request.Content = new RelayContent(source, call.Sidecar.Options.MaxBodySize);
        else if (source.Headers.ContentType.Count > 0) request.Content = new ByteArrayContent([]);

        ForwardedHeaders.CopyRequest(source, request);
        call.Trace.Write(request);
        Set(request, "dapr-caller-app-id", call.AppId);
        Set(request, "dapr-caller-namespace", call.Sidecar.Options.Namespace);
        Set(request, "dapr-callee-app-id", invocation.AppId);
        if (invocation.Self) return request;
        Set(request, "X-Forwarded-For", Address);
        Set(request, "X-Forwarded-Host", HostName);
        Set(request, "Forwarded", $"for={Address};by={Address};host={HostName}");
        return request;
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
