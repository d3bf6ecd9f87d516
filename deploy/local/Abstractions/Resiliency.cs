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

    /// <summary>App to app. A response with a status below 200 or above 399 is a failure.</summary>
    ResiliencePipeline<HttpResponseMessage>? App(string callerAppId, string targetAppId);

    /// <summary>Caller to actor. As <see cref="App"/>.</summary>
    ResiliencePipeline<HttpResponseMessage>? Actor(string callerAppId, string actorType, string actorId);

    /// <summary>Names of the loaded Resiliency resources visible to an app.</summary>
    IReadOnlyList<string> ForApp(string appId);
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
