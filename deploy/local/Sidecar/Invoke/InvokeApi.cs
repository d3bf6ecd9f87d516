using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Service invocation: finds an instance of the target app in this runtime and relays the call.</summary>
internal sealed class InvokeApi(TimeProvider time)
{
    public async Task InvokeAsync(ApiContext call)
    {
        HttpContext http = call.Http;
        if (!InvocationTarget.TryFind(http.Request, call.Path, out InvocationTarget target) || HttpMethods.IsConnect(http.Request.Method))
        {
            await ApiErrors.NotRouted(http);
            return;
        }

        if (!BaggageHeader.IsValid(http.Request.Headers["baggage"]))
        {
            await DaprHttp.TextAsync(http, 400, "invalid baggage header");
            return;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } pace) pace.MinDataRate = null;
        call.Sidecar.Statistics.AddInvoked();
        try
        {
            Invocation invocation = await PrepareAsync(call, target);
            long began = time.GetTimestamp();
            call.Sidecar.Metrics.Invoking(invocation.AppId);
            using RelayResponse response = await SendAsync(call, invocation);
            call.Sidecar.Metrics.Invoked(invocation.AppId, response.StatusCode, time.GetElapsedTime(began));
            await response.CopyToAsync(http);
        }
        catch (AccessDeniedException e)
        {
            await DaprHttp.ErrorAsync(http, 403, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {target.Id}, err: {e.Message}");
        }
        catch (Exception e) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            // Headers of an answer that broke off must not describe the error.
            http.Response.Headers.Clear();
            if (call.Trace.IsOn) http.Response.Headers[TraceContext.ParentHeader] = call.Trace.Parent;
            await DaprHttp.ErrorAsync(http, 500, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {target.Id}, err: {Explain(e)}");
        }
    }

    private static async Task<Invocation> PrepareAsync(ApiContext call, InvocationTarget target)
    {
        HttpRequest request = call.Http.Request;
        if (!MethodPath.TryNormalize(target.Method, out string path)) throw new InvocationException($"invalid method: {target.Method}");
        var (id, inNamespace) = Address(target.Id);
        SidecarServices services = call.Sidecar.Services;
        bool self = id == call.AppId && (inNamespace is null || inNamespace == call.Sidecar.Options.Namespace);
        Replicas replicas = self ? new Replicas([call.Sidecar], 0)
            : services.Instances.Of(id) is { } known && (inNamespace is null || known.Sidecars[0].Options.Namespace == inNamespace) ? known
            : throw new InvocationException($"couldn't find service: {target.Id}");
        if (self && call.Sidecar.Channel is null) throw new InvocationException("cannot invoke local endpoint: app channel not initialized");
        if (!replicas.HaveChannels) throw new InvocationException("app channel is not initialized");

        if (!self) CheckAccess(call, replicas.Sidecars[0], request.Method, path);
        ResiliencePipeline? policy = services.Resiliency.App(call.AppId, id);
        bool hasBody = call.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? request.ContentLength > 0;
        if (request.ContentLength > call.Sidecar.Options.MaxBodySize) throw new BodyTooLargeException();
        bool streamed = hasBody && request.ContentLength is null;
        ReadOnlyMemory<byte>? buffered = hasBody && policy is not null && !streamed ? await call.ReadBodyAsync() : default(ReadOnlyMemory<byte>?);
        return new Invocation(id, path + request.QueryString.Value, self, replicas, streamed ? null : policy, hasBody, streamed, buffered);
    }

    /// <summary>The parts of <c>app</c> or <c>app.namespace</c>.</summary>
    private static (string Id, string? Namespace) Address(string target)
    {
        int dot = target.IndexOf('.');
        if (dot < 0) return (target, null);
        return target.IndexOf('.', dot + 1) < 0 ? (target[..dot], target[(dot + 1)..]) : throw new InvocationException($"invalid app id {target}");
    }

    // The callee's configuration decides. The caller is whose sidecar it came through: in this runtime that needs no certificate.
    private static void CheckAccess(ApiContext call, LocalSidecar callee, string verb, string path)
    {
        SidecarOptions caller = call.Sidecar.Options;
        string trustDomain = caller.AccessControl?.TrustDomain ?? AccessControl.Public;
        if (callee.Options.AccessControl is not { } control) return;
        bool allowed = control.Allows(caller.AppId, caller.Namespace, trustDomain, verb, path);
        callee.Metrics.Admitted(caller.AppId, allowed);
        if (!allowed) throw new AccessDeniedException($"access control policy has denied access to id: {caller.AppId} operation: {path[1..]} verb: {verb}");
    }

    private async Task<RelayResponse> SendAsync(ApiContext call, Invocation invocation)
    {
        CancellationToken aborted = call.Http.RequestAborted;
        if (invocation.Policy is null) return await ReachAsync(call, invocation, aborted);
        return await invocation.Policy.ExecuteAsync(
            static (state, token) => new ValueTask<RelayResponse>(state.self.ReachAsync(state.call, state.invocation, token)),
            (self: this, call, invocation), aborted);
    }

    /// <summary>Sends to the next ready instance; one that refuses the connection is passed over, and while none is there it waits a little.</summary>
    private async Task<RelayResponse> ReachAsync(ApiContext call, Invocation invocation, CancellationToken cancellationToken)
    {
        HashSet<LocalSidecar>? refused = null;
        Exception? last = null;
        for (int retry = 0; ;)
        {
            if (invocation.Replicas.Next(refused) is { } target)
            {
                var request = new RelayRequest(call, invocation);
                try
                {
                    target.Metrics.Received(call.AppId);
                    RelayResponse response = await target.Channel!.RelayAsync(request, cancellationToken);
                    target.Metrics.Answered(call.AppId, response.StatusCode);
                    return response;
                }
                catch (Exception e) when (IsUnreached(e) && !request.Taken)
                {
                    last = e;
                    (refused ??= []).Add(target);
                    continue;
                }
            }

            // An app that runs but is unhealthy says no at once; a body that streams is never sent twice.
            bool unhealthy = invocation.Replicas.Sidecars.Any(sidecar => sidecar.Channel is { Unhealthy: true });
            if (unhealthy || invocation.Streamed || call.Sidecar.Services.Resiliency.ServiceRetries(call.AppId).DelayBefore(retry++) is not { } delay)
            {
                throw new InvocationException(unhealthy ? "app is not in a healthy state" : $"error invoking app channel: {last?.Message ?? "the app does not listen"}");
            }

            refused = null;
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private static bool IsUnreached(Exception e) =>
        e is AppUnavailableException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };

    private static string Explain(Exception e) => e switch
    {
        BrokenCircuitException => "circuit breaker is open",
        TimeoutRejectedException => $"timeout: {e.Message}",
        HttpRequestException or IOException => $"error invoking app channel: {e.Message}",
        _ => e.Message,
    };
}

/// <summary>A call that cannot be made.</summary>
internal sealed class InvocationException(string message) : Exception(message);

/// <summary>The callee's access control does not let the caller in.</summary>
internal sealed class AccessDeniedException(string message) : Exception(message);

/// <summary>One prepared call.</summary>
/// <param name="AppId">Target app.</param>
/// <param name="PathAndQuery">Escaped path with query of the app's URL.</param>
/// <param name="Self">The caller's own app.</param>
/// <param name="Replicas">Instances to choose from.</param>
/// <param name="Policy">Null: one attempt.</param>
/// <param name="HasBody">The caller sends a body.</param>
/// <param name="Streamed">The body's length is not known.</param>
/// <param name="Buffered">The body, when a policy may send it again.</param>
internal sealed record Invocation(
    string AppId, string PathAndQuery, bool Self, Replicas Replicas, ResiliencePipeline? Policy,
    bool HasBody, bool Streamed, ReadOnlyMemory<byte>? Buffered);
