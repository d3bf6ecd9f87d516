using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Finds the handler of a request by its cleaned, escaped path. What matches no route, or a route with another verb, is a service invocation.
/// </summary>
internal sealed class ApiRouter
{
    private const int MaxParts = 8;
    private readonly PublishApi _publish;
    private readonly BulkPublishApi _bulkPublish;
    private readonly StateApi _state = new();
    private readonly InvokeApi _invoke;
    private readonly IActorRuntime _actors;
    private readonly TimeProvider _time;
    private readonly Action<LocalSidecar, bool> _shutdown;

    public ApiRouter(IActorRuntime actors, TimeProvider time, Action<LocalSidecar, bool> shutdown)
    {
        _time = time;
        _actors = actors;
        _shutdown = shutdown;
        _publish = new PublishApi(time);
        _bulkPublish = new BulkPublishApi(_publish);
        _invoke = new InvokeApi(time);
    }

    /// <summary>The request delegate of one sidecar.</summary>
    public RequestDelegate For(LocalSidecar sidecar)
    {
        ILogger logger = sidecar.Logger("api");
        return http => MeasureAsync(http, sidecar, logger);
    }

    private async Task MeasureAsync(HttpContext http, LocalSidecar sidecar, ILogger logger)
    {
        long began = _time.GetTimestamp();
        await HandleAsync(http, sidecar, logger);
        string group = Groups.Of(http.Features.Get<IHttpRequestFeature>()!.RawTarget);
        sidecar.Metrics.Served(group, http.Request.Method, http.Response.StatusCode, _time.GetElapsedTime(began));
    }

    private async Task HandleAsync(HttpContext http, LocalSidecar sidecar, ILogger logger)
    {
        try
        {
            await RouteAsync(http, sidecar);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception e) when (http.Response.HasStarted)
        {
            ApiLog.BrokeOff(logger, http.Request.Method, http.Request.Path, e.Message);
            http.Abort();
        }
        catch (InvalidEscapeException e)
        {
            await DaprHttp.TextAsync(http, 400, e.Message);
        }
        catch (BodyReadException e)
        {
            await DaprHttp.ErrorAsync(http, 400, "ERR_BODY_READ", $"failed to read request body: {e.Message}");
        }
        catch (Exception e)
        {
            ApiLog.Failed(logger, http.Request.Method, http.Request.Path, e);
            await DaprHttp.ErrorAsync(http, 500, "ERROR", e.Message);
        }
    }

    private Task RouteAsync(HttpContext http, LocalSidecar sidecar)
    {
        string path = RequestPath.Clean(http.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (HttpMethods.IsGet(http.Request.Method))
        {
            if (path == "/v1.0/healthz") return HealthApi.HealthAsync(http, sidecar);
            if (path == "/v1.0/healthz/outbound") return HealthApi.OutboundAsync(http);
        }

        IHeaderDictionary headers = http.Request.Headers;
        TraceContext trace = TraceContext.Begin(headers[TraceContext.ParentHeader], headers[TraceContext.StateHeader], sidecar.Options.SamplingRate);
        if (trace.IsOn) http.Response.Headers[TraceContext.ParentHeader] = trace.Parent;
        if (!sidecar.Access.HasToken(http.Request)) return DaprHttp.TextAsync(http, 401, "invalid api token");
        var call = new ApiContext(http, sidecar, path, trace);
        return RouteAsync(call);
    }

    private Task RouteAsync(ApiContext call)
    {
        ReadOnlySpan<char> path = call.Path.AsSpan(1);
        Span<Range> parts = stackalloc Range[MaxParts];
        int count = path.Split(parts, '/');
        if (count < 2) return OtherAsync(call);
        ReadOnlySpan<char> version = path[parts[0]];
        bool stable = version is "v1.0";
        if (!stable && !version.StartsWith("v1.0-")) return OtherAsync(call);

        string group = path[parts[1]].ToString();
        if (group == "invoke" || !call.Sidecar.Access.Allows(group, version)) return OtherAsync(call);
        string method = call.Http.Request.Method;
        bool write = HttpMethods.IsPost(method) || HttpMethods.IsPut(method);
        var route = new Route(path, parts[..count]);
        return group switch
        {
            "publish" => write ? Publish(call, route, stable, version is "v1.0-alpha1") : OtherAsync(call),
            "state" => stable ? State(call, route, method, write) : write && version is "v1.0-alpha1" ? Query(call, route) : OtherAsync(call),
            "actors" => stable && route.Count > 2 ? Actors(call, route) : OtherAsync(call),
            "secrets" => stable && route.Count == 4 && HttpMethods.IsGet(method) ? Secrets(call, route) : OtherAsync(call),
            "metadata" => stable ? Metadata(call, route, method) : OtherAsync(call),
            "shutdown" => stable && route.Count == 2 && HttpMethods.IsPost(method) ? ShutdownAsync(call) : OtherAsync(call),
            "bindings" or "configuration" or "lock" or "unlock" or "crypto" or "subtlecrypto" or "workflows" or "jobs" or "conversation" =>
                ApiErrors.Unimplemented(call.Http),
            _ => OtherAsync(call),
        };
    }

    // No route of Dapr's own: an invocation, or nothing.
    private Task OtherAsync(ApiContext call) =>
        call.Sidecar.Access.Allows("invoke", "v1.0") ? _invoke.InvokeAsync(call) : ApiErrors.NotRouted(call.Http);

    private Task Publish(ApiContext call, Route route, bool stable, bool alpha)
    {
        if (route.Count >= 5 && route.Is(2, "bulk") && (stable || alpha)) return _bulkPublish.PublishAsync(call, route[3], route.Rest(4));
        return stable && route.Count >= 4 ? _publish.PublishAsync(call, route[2], route.Rest(3)) : OtherAsync(call);
    }

    private Task State(ApiContext call, Route route, string method, bool write)
    {
        if (write)
        {
            if (route.Count == 3) return _state.SaveAsync(call, route[2]);
            if (route.Count != 4) return OtherAsync(call);
            if (route.Is(3, "bulk")) return _state.BulkGetAsync(call, route[2]);
            return route.Is(3, "transaction") ? _state.TransactAsync(call, route[2]) : OtherAsync(call);
        }

        if (route.Count != 4) return OtherAsync(call);
        if (HttpMethods.IsGet(method)) return _state.GetAsync(call, route[2], route[3]);
        return HttpMethods.IsDelete(method) ? _state.DeleteAsync(call, route[2], route[3]) : OtherAsync(call);
    }

    private Task Query(ApiContext call, Route route) => route.Count == 4 && route.Is(3, "query") ? _state.QueryAsync(call, route[2]) : OtherAsync(call);

    private Task Actors(ApiContext call, Route route)
    {
        string[] segments = new string[route.Count - 2];
        for (int i = 0; i < segments.Length; i++) segments[i] = i == segments.Length - 1 ? route.Rest(i + 2) : route[i + 2];
        return _actors.HandleAsync(call.Http, call.Sidecar, segments);
    }

    private static Task Secrets(ApiContext call, Route route) =>
        route.Is(3, "bulk") ? SecretsApi.BulkAsync(call, route[2]) : SecretsApi.GetAsync(call, route[2], route[3]);

    private Task Metadata(ApiContext call, Route route, string method)
    {
        if (route.Count == 2 && HttpMethods.IsGet(method)) return MetadataApi.GetAsync(call);
        return route.Count == 3 && HttpMethods.IsPut(method) ? MetadataApi.PutAsync(call, route[2]) : OtherAsync(call);
    }

    private async Task ShutdownAsync(ApiContext call)
    {
        await DaprHttp.NoContentAsync(call.Http);
        await call.Http.Response.CompleteAsync();
        _shutdown(call.Sidecar, GoBool(call.Http.Request.Headers["dapr-force-shutdown"].ToString()));
    }

    private static bool GoBool(string text) => text is "1" or "t" or "T" or "TRUE" or "true" or "True";

    /// <summary>The parts of a path; reading one un-escapes it.</summary>
    private readonly ref struct Route(ReadOnlySpan<char> path, ReadOnlySpan<Range> parts)
    {
        private readonly ReadOnlySpan<char> _path = path;
        private readonly ReadOnlySpan<Range> _parts = parts;

        public int Count => _parts.Length;

        public string this[int index] => Unescape(_path[_parts[index]]);

        public bool Is(int index, string text) => _path[_parts[index]].SequenceEqual(text);

        public string Rest(int index) => Unescape(_path[_parts[index].Start.Value..]);

        private static string Unescape(ReadOnlySpan<char> part) =>
            DaprHttp.TryUnescape(part, out string text) ? text : throw new InvalidEscapeException(part.ToString());
    }
}
