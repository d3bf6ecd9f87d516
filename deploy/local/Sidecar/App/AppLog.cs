using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

internal static partial class AppLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "API on port {HttpPort}, waiting for the app on port {AppPort}")]
    public static partial void Waiting(ILogger logger, int httpPort, int appPort);

    [LoggerMessage(Level = LogLevel.Information, Message = "app is ready: {Subscriptions} subscriptions, {ActorTypes} actor types")]
    public static partial void Ready(ILogger logger, int subscriptions, int actorTypes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "app does not answer: {Reason}")]
    public static partial void Down(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "app answers again")]
    public static partial void Up(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "app has exited, waiting for it to come back")]
    public static partial void Exited(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "GET /dapr/config is taken as empty: {Reason}")]
    public static partial void NoConfiguration(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "no subscription of the app is started: {Reason}")]
    public static partial void NoSubscriptions(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "app answered {Status} to GET /dapr/subscribe: no programmatic subscriptions")]
    public static partial void SubscribeRefused(ILogger logger, int status);

    [LoggerMessage(Level = LogLevel.Error, Message = "the actor runtime failed on {Step}: {Error}")]
    public static partial void ActorsFailed(ILogger logger, string step, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "watching the app failed, starting over")]
    public static partial void LifecycleFailed(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "stopping took too long: {Step}")]
    public static partial void SlowStop(ILogger logger, string step);
}
