using Polly;
using Polly.Timeout;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>The policies one app sees: those of all resources in its scope, later ones on top of earlier ones.</summary>
internal sealed class AppPolicies
{
    private const int Targets = 1000;
    private const string BuiltInServiceRetries = "DaprBuiltInServiceRetries";
    private const string BuiltInInitializationRetries = "DaprBuiltInInitializationRetries";

    private readonly TimeProvider _time;
    private readonly ResiliencyResource _merged;
    private readonly RecentCache<(string Component, ComponentKind Kind, bool Inbound), ResiliencePipeline?> _components = new(Targets);
    private readonly RecentCache<string, ResiliencePipeline?> _apps;
    private readonly RecentCache<string, ActorTypePolicies?> _actors = new(Targets);

    public AppPolicies(IReadOnlyList<ResiliencyResource> visible, TimeProvider time)
    {
        _time = time;
        _merged = new ResiliencyResource
        {
            Name = "",
            Timeouts = Merge(visible, resource => resource.Timeouts),
            Retries = Merge(visible, resource => resource.Retries),
            CircuitBreakers = Merge(visible, resource => resource.CircuitBreakers),
            Apps = Merge(visible, resource => resource.Apps),
            Actors = Merge(visible, resource => resource.Actors),
            Inbound = Merge(visible, resource => resource.Inbound),
            Outbound = Merge(visible, resource => resource.Outbound),
        };
        ServiceRetries = Redefined(BuiltInServiceRetries, RetrySchedule.BuiltInService);
        InitializationRetries = Redefined(BuiltInInitializationRetries, RetrySchedule.BuiltInInitialization);
        int declared = _merged.Apps.Values.Select(target => target.CacheSize).DefaultIfEmpty(0).Max();
        _apps = new RecentCache<string, ResiliencePipeline?>(Math.Max(100, declared));
    }

    /// <summary>The built-in policy, or what a resource makes of it under its name: never fewer repetitions than the built-in has.</summary>
    public RetrySchedule ServiceRetries { get; }

    /// <summary>As <see cref="ServiceRetries"/>.</summary>
    public RetrySchedule InitializationRetries { get; }

    public ResiliencePipeline? Component(string component, ComponentKind kind, bool inbound) => _components.GetOrAdd((component, kind, inbound), MakeComponent);

    public ResiliencePipeline? App(string targetAppId) => _apps.GetOrAdd(targetAppId, MakeApp);

    public ResiliencePipeline<HttpResponseMessage>? Actor(string type, string id) => _actors.GetOrAdd(type, MakeActorType)?.For(id);

    private static Dictionary<string, T> Merge<T>(IReadOnlyList<ResiliencyResource> visible, Func<ResiliencyResource, IReadOnlyDictionary<string, T>> part)
    {
        var merged = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (ResiliencyResource resource in visible)
        {
            foreach (var (name, value) in part(resource)) merged[name] = value;
        }

        return merged;
    }

    private RetrySchedule Redefined(string name, RetrySchedule builtIn) =>
        Find(_merged.Retries, name) is { } own ? RetryStrategy.Schedule(own, fewest: builtIn.MaxRetries) : builtIn;

    private static ResiliencePipeline<HttpResponseMessage>? Typed(ResiliencePipeline? pipeline) =>
        pipeline is null ? null : new ResiliencePipelineBuilder<HttpResponseMessage>().AddPipeline(pipeline).Build();

    private ResiliencePipeline? MakeComponent((string Component, ComponentKind Kind, bool Inbound) key)
    {
        string kind = key.Kind == ComponentKind.PubSub ? "Pubsub" : "Statestore";
        string side = key.Inbound ? "Inbound" : "Outbound";
        PolicyTarget target = (key.Inbound ? _merged.Inbound : _merged.Outbound).GetValueOrDefault(key.Component)
            ?? Default($"{kind}Component{side}", $"Component{side}", "Component", "");
        return Pipeline(Retry(target), Breakers(target, $"component '{key.Component}'"), Timeout(target));
    }

    private ResiliencePipeline? MakeApp(string app)
    {
        PolicyTarget target = _merged.Apps.GetValueOrDefault(app) ?? Default("App", "");
        return Pipeline(Retry(target), Breakers(target, $"app '{app}'"), Timeout(target));
    }

    private ActorTypePolicies? MakeActorType(string type)
    {
        PolicyTarget target = _merged.Actors.GetValueOrDefault(type) ?? Default("Actor", "");
        CircuitBreakerPolicy? breaker = Find(_merged.CircuitBreakers, target.CircuitBreaker);
        var whole = breaker is null || target.Scope == CircuitBreakerScope.Id ? null : new BreakerStrategy($"actor type '{type}'", breaker, _time);
        if (breaker is null || target.Scope == CircuitBreakerScope.Type)
        {
            ResiliencePipeline<HttpResponseMessage>? shared = Typed(Pipeline(Retry(target), whole is null ? [] : [whole], Timeout(target)));
            return shared is null ? null : new ActorTypePolicies(1, _ => shared);
        }

        return new ActorTypePolicies(Math.Max(1, target.CacheSize), id =>
        {
            var own = new BreakerStrategy($"actor '{type}/{id}'", breaker, _time);
            return Typed(Pipeline(Retry(target), whole is null ? [own] : [whole, own], Timeout(target)))!;
        }, perId: true);
    }

    /// <summary>The default policies by name, the most specific first.</summary>
    private PolicyTarget Default(params string[] levels) => new()
    {
        Timeout = levels.Select(level => $"Default{level}TimeoutPolicy").FirstOrDefault(_merged.Timeouts.ContainsKey),
        Retry = levels.Select(level => $"Default{level}RetryPolicy").FirstOrDefault(_merged.Retries.ContainsKey),
        CircuitBreaker = levels.Select(level => $"Default{level}CircuitBreakerPolicy").FirstOrDefault(_merged.CircuitBreakers.ContainsKey),
    };

    private static T? Find<T>(IReadOnlyDictionary<string, T> policies, string? name)
        where T : class => name is null ? null : policies.GetValueOrDefault(name);

    private RetryPolicy? Retry(PolicyTarget target) => Find(_merged.Retries, target.Retry);

    private BreakerStrategy[] Breakers(PolicyTarget target, string name) =>
        Find(_merged.CircuitBreakers, target.CircuitBreaker) is { } policy ? [new BreakerStrategy(name, policy, _time)] : [];

    private TimeSpan Timeout(PolicyTarget target) => target.Timeout is { } name ? _merged.Timeouts.GetValueOrDefault(name) : TimeSpan.Zero;

    private ResiliencePipeline? Pipeline(RetryPolicy? retry, BreakerStrategy[] breakers, TimeSpan timeout)
    {
        bool retries = retry is not null && retry.MaxRetries != 0;
        if (!retries && breakers.Length == 0 && timeout <= TimeSpan.Zero) return null;

        var builder = new ResiliencePipelineBuilder { TimeProvider = _time };
        if (retries) builder.AddStrategy(_ => new RetryStrategy(retry!, _time), new Described("retry"));
        foreach (BreakerStrategy breaker in breakers) builder.AddStrategy(_ => breaker, new Described("circuitBreaker"));
        if (timeout > TimeSpan.Zero) builder.AddTimeout(new TimeoutStrategyOptions { Timeout = Within(timeout) });
        return builder.Build();
    }

    // Polly takes timeouts from 10 ms to a day.
    private static TimeSpan Within(TimeSpan timeout) =>
        TimeSpan.FromTicks(Math.Clamp(timeout.Ticks, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerDay));

    private sealed class Described : ResilienceStrategyOptions
    {
        public Described(string name) => Name = name;
    }

    /// <summary>The pipelines of one actor type: one for all ids, or one per id.</summary>
    private sealed class ActorTypePolicies(int cacheSize, Func<string, ResiliencePipeline<HttpResponseMessage>> make, bool perId = false)
    {
        private readonly RecentCache<string, ResiliencePipeline<HttpResponseMessage>> _pipelines = new(cacheSize);

        public ResiliencePipeline<HttpResponseMessage> For(string id) => _pipelines.GetOrAdd(perId ? id : "", make);
    }
}
