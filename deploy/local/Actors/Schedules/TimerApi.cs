using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary><c>actors/{type}/{id}/timers/{name}</c>, and the firing of timers.</summary>
internal sealed partial class TimerApi(ActorRouter router, ActorContext context)
{
    public async Task CreateAsync(HttpContext http, ISidecar sidecar, HostedType? hosted, string type, string id, string name)
    {
        if (PathNames.Reject(name, "timer name") is { } invalid)
        {
            await ActorErrors.BadRequestAsync(http, invalid);
            return;
        }

        try
        {
            ScheduleRequest request = ScheduleRequest.Parse(await DaprHttp.ReadBodyAsync(http, sidecar.Options.MaxBodySize));
            var timer = new ActorTimer(id, name, request, context.Time.GetUtcNow());
            if (hosted?.Timers.Start(timer, context.Time, fired => Fire(hosted, fired)) is not true)
            {
                throw new ScheduleException($"actor type {type} is not hosted here");
            }

            await DaprHttp.NoContentAsync(http);
        }
        catch (ScheduleException e)
        {
            await ActorErrors.FailAsync(http, "ERR_ACTOR_TIMER_CREATE", $"error creating actor timer: {e.Message}");
        }
        catch (JsonException e)
        {
            await ActorErrors.MalformedAsync(http, e.Message);
        }
        catch (BodyReadException e)
        {
            await ActorErrors.BodyReadAsync(http, e.Message);
        }
    }

    public static Task DeleteAsync(HttpContext http, HostedType? hosted, string id, string name)
    {
        hosted?.Timers.Remove(id, name);
        return DaprHttp.NoContentAsync(http);
    }

    private void Fire(HostedType hosted, ActorTimer timer) => context.Background.Start(stopping => FireAsync(hosted, timer, stopping));

    /// <summary>One firing. The next is set only now that the callback has returned, so that a slow one never overlaps itself.</summary>
    private async Task FireAsync(HostedType hosted, ActorTimer timer, CancellationToken stopping)
    {
        if (!hosted.Timers.Has(timer)) return;
        try
        {
            var call = new CallbackCall(hosted.Type, timer.ActorId, "timer", timer.Name, timer.Body);
            using HttpResponseMessage answer = await router.CallAsync(call, policy: null, stopping);
            if (answer.StatusCode != System.Net.HttpStatusCode.OK)
            {
                LogFailed(context.Logger, timer.Name, hosted.Type, timer.ActorId, $"the app answered {(int)answer.StatusCode}");
            }
        }
        catch (Exception e) when (e is ActorUnreachableException or ActorQueueFullException)
        {
            LogFailed(context.Logger, timer.Name, hosted.Type, timer.ActorId, e.Message);
        }

        hosted.Timers.Advance(timer);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Timer {Timer} of actor {Type}||{Id} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string timer, string type, string id, string reason);
}
