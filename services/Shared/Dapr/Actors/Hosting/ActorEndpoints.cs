using System.Text.Json;
using Dapr.Actors.Runtime;
using Dapr.Http;
using Microsoft.AspNetCore.Http;

namespace Dapr.Actors.Hosting;

/// <summary>What the sidecar calls to have turns made. An exception is a 500; success is exactly 200.</summary>
internal sealed class ActorEndpoints(ActorRuntime runtime)
{
    private const string RemotingHeader = "X-DaprRequestHeader";

    public Task ConfigAsync(HttpContext context)
    {
        context.Response.ContentType = SidecarHeaders.Json;
        ActorConfigDocument.Write(context.Response.BodyWriter, runtime.Options);
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    public async Task MethodAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey(RemotingHeader))
        {
            throw new NotSupportedException(".NET remoting calls are not supported: call actor methods by name, with JSON.");
        }

        CancellationToken aborted = context.RequestAborted;
        ActorManager manager = runtime.Manager(Route(context, "actorTypeName"));
        ActorMethod method = manager.Methods.Find(Route(context, "methodName"));
        object? argument = await method.ReadArgumentAsync(context.Request.BodyReader, aborted);
        Task call = await manager.CallAsync(Route(context, "actorId"), method, argument, ReentrancyId(context), aborted);
        if (method.HasResult)
        {
            context.Response.ContentType = SidecarHeaders.Json;
            await method.WriteResultAsync(call, context.Response.BodyWriter, aborted);
        }
    }

    public async Task ReminderAsync(HttpContext context)
    {
        ActorCallback reminder = await ReadAsync(context);
        await runtime.Manager(Route(context, "actorTypeName"))
            .RemindAsync(Route(context, "actorId"), Route(context, "reminderName"), reminder, ReentrancyId(context), context.RequestAborted);
    }

    public async Task TimerAsync(HttpContext context)
    {
        ActorCallback timer = await ReadAsync(context);
        string callback = timer.Callback ?? throw new JsonException("The timer names no callback.");
        await runtime.Manager(Route(context, "actorTypeName"))
            .FireAsync(Route(context, "actorId"), callback, timer.Data, ReentrancyId(context), context.RequestAborted);
        context.Response.ContentType = SidecarHeaders.Json;
        await context.Response.Body.WriteAsync("true"u8.ToArray(), context.RequestAborted);
    }

    public Task DeactivateAsync(HttpContext context) =>
        runtime.Manager(Route(context, "actorTypeName")).DeactivateAsync(Route(context, "actorId"));

    private static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static string? ReentrancyId(HttpContext context) =>
        context.Request.Headers.TryGetValue(SidecarHeaders.ReentrancyId, out var values) ? values.ToString() : null;

    private static async Task<ActorCallback> ReadAsync(HttpContext context)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        return ActorCallback.Read(body.RootElement);
    }
}
