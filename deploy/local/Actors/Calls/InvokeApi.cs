using System.Net;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary><c>actors/{type}/{id}/method/{method}</c>.</summary>
internal sealed class InvokeApi(ActorRouter router, IResiliencyPolicies policies)
{
    private const string FailureCode = "ERR_ACTOR_INVOKE_METHOD";

    public async Task HandleAsync(HttpContext http, ISidecar sidecar, string type, string id, string method)
    {
        if ((PathNames.Reject(type, "actorType") ?? PathNames.Reject(id, "actorId")) is { } invalid)
        {
            await ActorErrors.BadRequestAsync(http, invalid);
            return;
        }

        PooledBody body;
        try
        {
            body = await PooledBody.ReadAsync(http, sidecar.Options.MaxBodySize);
        }
        catch (BodyReadException e)
        {
            await ActorErrors.BadRequestAsync(http, $"failed to read body: {e.Message}");
            return;
        }

        var call = new MethodCall(http, type, id, method, body.Memory);
        await CallAsync(http, sidecar, call, method);

        // A broken attempt may still be reading the memory: then it is left to the garbage collector.
        if (call is { Attempts: 1, Answer.StatusCode: HttpStatusCode.OK }) body.Return();
    }

    private async Task CallAsync(HttpContext http, ISidecar sidecar, MethodCall call, string method)
    {
        try
        {
            using HttpResponseMessage answer =
                await router.CallAsync(call, policies.Actor(sidecar.Options.AppId, call.Type, call.Id), http.RequestAborted);
            if (answer.StatusCode == HttpStatusCode.OK) await ForwardedHeaders.CopyResponseAsync(answer, http);
            else await FailAsync(http, await DescribeAsync(answer, sidecar, call, method));
        }
        catch (ActorRuntimeClosedException)
        {
            await ActorErrors.ClosedAsync(http);
        }
        catch (ActorStackDepthException e)
        {
            await ActorErrors.FailAsync(http, "ERR_ACTOR_STACK_DEPTH", e.Message);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            await FailAsync(http, e.Message);
        }
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage answer, ISidecar sidecar, MethodCall call, string method)
    {
        string error = answer.StatusCode == HttpStatusCode.NotFound
            ? $"actor method not found: actors/{call.Type}/{call.Id}/method/{method}"
            : $"error from actor service: ({(int)answer.StatusCode}) {await answer.Content.ReadAsStringAsync()}";
        return call.AnsweredBy?.Sidecar == sidecar ? error : $"rpc error: code = Internal desc = error invoke actor method: {error}";
    }

    private static Task FailAsync(HttpContext http, string error) =>
        ActorErrors.FailAsync(http, FailureCode, $"error invoke actor method: {error}");
}
