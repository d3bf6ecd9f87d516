using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

internal static partial class SubscribeLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "subscribed to {Topic} on {PubSub}")]
    public static partial void Subscribed(ILogger logger, string pubSub, string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cannot subscribe to {Topic} on {PubSub}, next try in {DelayMs} ms: {Error}")]
    public static partial void SubscribeFailed(ILogger logger, string pubSub, string topic, double delayMs, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "subscription to {Topic} on {PubSub} is not started: the topic is not allowed for app id {AppId}")]
    public static partial void NotAllowed(ILogger logger, string pubSub, string topic, string appId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "subscription to {Topic} on {PubSub} is ignored: the component is not there")]
    public static partial void NoComponent(ILogger logger, string pubSub, string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "subscription entry for {Topic} on {PubSub} is skipped: pubsubname, topic and a route are needed")]
    public static partial void Skipped(ILogger logger, string pubSub, string topic);

    [LoggerMessage(Level = LogLevel.Debug, Message = "message of {Topic} on {PubSub} dropped: {Reason}")]
    public static partial void Dropped(ILogger logger, string pubSub, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "message of {Topic} on {PubSub} failed: {Error}")]
    public static partial void Failed(ILogger logger, string pubSub, string topic, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "message of {Topic} on {PubSub} goes to {DeadLetterTopic}: {Error}")]
    public static partial void DeadLettered(ILogger logger, string pubSub, string topic, string deadLetterTopic, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a subscription to {Topic} on {PubSub} did not end cleanly: {Error}")]
    public static partial void EndFailed(ILogger logger, string pubSub, string topic, string error);
}
