using System.Collections.Concurrent;
using Polly;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>The pipelines of the loaded Resiliency resources: retry around breaker around timeout.</summary>
public sealed class ResiliencyPolicies : IResiliencyPolicies
{
    private readonly IReadOnlyList<ResiliencyResource> _resources;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, AppPolicies> _apps = new(StringComparer.Ordinal);

    /// <summary>Checks the resources and keeps them.</summary>
    /// <exception cref="ComponentException">A target names a policy that no resource defines; the message names file and field.</exception>
    public ResiliencyPolicies(IReadOnlyList<ResiliencyResource> resources, TimeProvider time)
    {
        _resources = resources;
        _time = time;
        foreach (ResiliencyResource resource in resources)
        {
            ResiliencyResource[] together = [.. resources.Where(other => ReferenceEquals(other.OnlyFor, resource.OnlyFor))];
            foreach (PolicyTarget target in Targets(resource)) Check(target, together);
        }
    }

    /// <inheritdoc/>
    public ResiliencePipeline? InboundComponent(string appId, string component, ComponentKind kind) =>
        ForResources(appId)?.Component(component, kind, inbound: true);

    /// <inheritdoc/>
    public ResiliencePipeline? OutboundComponent(string appId, string component, ComponentKind kind) =>
        ForResources(appId)?.Component(component, kind, inbound: false);

    /// <inheritdoc/>
    public ResiliencePipeline? App(string callerAppId, string targetAppId) => ForResources(callerAppId)?.App(targetAppId);

    /// <inheritdoc/>
    public ResiliencePipeline<HttpResponseMessage>? Actor(string callerAppId, string actorType, string actorId) =>
        ForResources(callerAppId)?.Actor(actorType, actorId);

    /// <inheritdoc/>
    public RetrySchedule ServiceRetries(string callerAppId) => ForResources(callerAppId)?.ServiceRetries ?? RetrySchedule.BuiltInService;

    /// <inheritdoc/>
    public RetrySchedule InitializationRetries(string appId) => ForResources(appId)?.InitializationRetries ?? RetrySchedule.BuiltInInitialization;

    /// <inheritdoc/>
    public IReadOnlyList<string> ForApp(string appId) =>
        [.. _resources.Where(resource => ((IScopedResource)resource).IsVisibleTo(appId)).Select(resource => resource.Name)];

    private static IEnumerable<PolicyTarget> Targets(ResiliencyResource resource) =>
        [.. resource.Apps.Values, .. resource.Actors.Values, .. resource.Inbound.Values, .. resource.Outbound.Values];

    private AppPolicies? ForResources(string appId)
    {
        if (_resources.Count == 0) return null;
        return _apps.TryGetValue(appId, out AppPolicies? policies) ? policies : _apps.GetOrAdd(appId, Make);
    }

    private AppPolicies Make(string appId) => new([.. _resources.Where(resource => ((IScopedResource)resource).IsVisibleTo(appId))], _time);

    private static void Check(PolicyTarget target, ResiliencyResource[] resources)
    {
        Check(target, "timeout", target.Timeout, [.. resources.SelectMany(resource => resource.Timeouts.Keys)]);
        Check(target, "retry", target.Retry, [.. resources.SelectMany(resource => resource.Retries.Keys)]);
        Check(target, "circuitBreaker", target.CircuitBreaker, [.. resources.SelectMany(resource => resource.CircuitBreakers.Keys)]);
    }

    private static void Check(PolicyTarget target, string field, string? name, string[] defined)
    {
        if (name is null || defined.Contains(name, StringComparer.Ordinal)) return;
        string known = string.Join(", ", defined.Order(StringComparer.Ordinal));
        throw target.Complain(field, $"names the policy '{name}', which is not defined; defined are: {(known.Length == 0 ? "none" : known)}");
    }
}
