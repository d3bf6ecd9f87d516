using Polly;

namespace DaprTrading.LocalRuntime;

/// <summary>
/// The pipelines (retry around breaker around timeout) that Resiliency resources and Dapr's defaults give a target.
/// Null means: nothing is declared, call once.
/// </summary>
public interface IResiliencyPolicies
{
    /// <summary>Component to app: delivery of one message, or of one bulk request. A failure is any exception; see <see cref="AppStatusException"/>.</summary>
    ResiliencePipeline? InboundComponent(string appId, string component, ComponentKind kind);

    /// <summary>App to component: publish, state.</summary>
    ResiliencePipeline? OutboundComponent(string appId, string component, ComponentKind kind);

    /// <summary>App to app. An <see cref="IAppAnswer"/> with a status below 200 or above 399 is a failure.</summary>
    ResiliencePipeline? App(string callerAppId, string targetAppId);

    /// <summary>Caller to actor. A response with a status below 200 or above 399 is a failure.</summary>
    ResiliencePipeline<HttpResponseMessage>? Actor(string callerAppId, string actorType, string actorId);

    /// <summary>How calls to apps are repeated when no instance could be reached: the built-in <c>DaprBuiltInServiceRetries</c>, or its redefinition.</summary>
    RetrySchedule ServiceRetries(string callerAppId) => RetrySchedule.BuiltInService;

    /// <summary>How the question for an app's subscriptions is repeated when it cannot be asked: the built-in <c>DaprBuiltInInitializationRetries</c>, or its redefinition.</summary>
    RetrySchedule InitializationRetries(string appId) => RetrySchedule.BuiltInInitialization;

    /// <summary>Names of the loaded Resiliency resources visible to an app.</summary>
    IReadOnlyList<string> ForApp(string appId);
}

/// <summary>How often and when something is tried again.</summary>
/// <param name="MaxRetries">Repetitions after the first attempt; -1: no limit.</param>
/// <param name="First">Delay before the first repetition.</param>
/// <param name="Factor">By how much each delay is longer than the one before.</param>
/// <param name="Longest">Longest delay.</param>
public sealed record RetrySchedule(int MaxRetries, TimeSpan First, double Factor, TimeSpan Longest)
{
    /// <summary>Three times, a second apart.</summary>
    public static RetrySchedule BuiltInService { get; } = new(3, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1));

    /// <summary>Three times, after half a second and more.</summary>
    public static RetrySchedule BuiltInInitialization { get; } = new(3, TimeSpan.FromMilliseconds(500), 1.5, TimeSpan.FromSeconds(1));

    /// <summary>Delay before a repetition; null when there is none.</summary>
    /// <param name="retry">The repetition, from 0.</param>
    public TimeSpan? DelayBefore(int retry)
    {
        if (MaxRetries >= 0 && retry >= MaxRetries) return null;
        double ticks = First.Ticks * Math.Pow(Factor, Math.Min(retry, 1_000));
        return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
    }
}

/// <summary>An app's answer, as the policies look at it.</summary>
public interface IAppAnswer
{
    /// <summary>HTTP status.</summary>
    int StatusCode { get; }
}

/// <summary>Kinds of component, as the default policy names tell them apart.</summary>
public enum ComponentKind
{
    /// <summary>Publish/subscribe.</summary>
    PubSub,

    /// <summary>State store.</summary>
    StateStore,
}

/// <summary>An app answered with a status that counts as a failure, or said RETRY.</summary>
/// <param name="statusCode">HTTP status, for the policy's <c>matching</c>; null when no answer came.</param>
/// <param name="message">What happened.</param>
public sealed class AppStatusException(int? statusCode, string message) : Exception(message)
{
    /// <summary>HTTP status; null when no answer came.</summary>
    public int? StatusCode { get; } = statusCode;
}

/// <summary>Ends the waits of a retry policy while letting the attempt that runs go on.</summary>
public static class RetryEnd
{
    /// <summary>Set on the context of a call: when the token is cancelled no further attempt follows, and the last failure is the outcome.</summary>
    public static readonly ResiliencePropertyKey<CancellationToken> Key = new("no-further-attempts");
}
