using System.Net;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace DaprTrading.Tests.Contract.Components;

public sealed class ResiliencyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resiliency-").FullName;
    private readonly ManualTime _time = new();

    [Fact]
    public void NothingDeclared_GivesNoPipelines()
    {
        var policies = new ResiliencyPolicies([], _time);

        policies.InboundComponent("web", "bus", ComponentKind.PubSub).Should().BeNull();
        policies.App("web", "api").Should().BeNull();
        policies.Actor("web", "Room", "1").Should().BeNull();
        policies.ForApp("web").Should().BeEmpty();
    }

    [Fact]
    public async Task ConstantRetry_WaitsItsDurationAndStopsAfterMaxRetries()
    {
        ResiliencePipeline pipeline = Inbound("retries: { r: { policy: constant, duration: 2s, maxRetries: 3 } }", "retry: r");
        var calls = new List<TimeSpan>();
        DateTimeOffset start = _time.GetUtcNow();

        Func<Task> run = () => Run(pipeline, () =>
        {
            calls.Add(_time.GetUtcNow() - start);
            throw new AppStatusException(500, "no");
        });

        await run.Should().ThrowAsync<AppStatusException>();
        calls.Select(at => at.TotalSeconds).Should().Equal(0, 2, 4, 6);
    }

    [Fact]
    public async Task Retry_NoFurtherAttempts_EndsTheWaitAtOnceWithTheLastFailure()
    {
        ResiliencePipeline pipeline = Inbound("retries: { r: { policy: constant, duration: 1h, maxRetries: 60 } }", "retry: r");
        using var stopping = new CancellationTokenSource();
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        context.Properties.Set(RetryEnd.Key, stopping.Token);
        int attempts = 0;
        DateTimeOffset start = _time.GetUtcNow();

        Task running = pipeline.ExecuteAsync(
            async _ =>
            {
                attempts++;
                await stopping.CancelAsync();
                throw new AppStatusException(500, "no");
            },
            context).AsTask();

        (await running.Invoking(task => task).Should().ThrowAsync<AppStatusException>()).Which.StatusCode.Should().Be(500);
        attempts.Should().Be(1);
        _time.GetUtcNow().Should().Be(start);
    }

    [Theory]
    [InlineData("", 3, 1_000, 1_000)]
    [InlineData("retries: { DaprBuiltInServiceRetries: { policy: constant, duration: 200ms, maxRetries: 10 } }", 10, 200, 200)]
    [InlineData("retries: { DaprBuiltInServiceRetries: { policy: constant, duration: 200ms, maxRetries: 1 } }", 3, 200, 200)]
    [InlineData("retries: { DaprBuiltInServiceRetries: { policy: exponential, maxInterval: 1s, maxRetries: 5 } }", 5, 500, 1_000)]
    [InlineData("retries: { DaprBuiltInServiceRetries: { duration: 2s } }", -1, 2_000, 2_000)]
    public void BuiltInServiceRetries_RedefinedByName_Change(string policies, int retries, int firstMs, int lastMs)
    {
        ResiliencyPolicies loaded = policies.Length == 0 ? new ResiliencyPolicies([], _time) : Load(policies, "{}");

        RetrySchedule schedule = loaded.ServiceRetries("web");

        schedule.MaxRetries.Should().Be(retries);
        schedule.DelayBefore(0).Should().Be(TimeSpan.FromMilliseconds(firstMs));
        int last = retries < 0 ? 1_000_000 : retries - 1;
        schedule.DelayBefore(last).Should().Be(TimeSpan.FromMilliseconds(lastMs));
        if (retries >= 0) schedule.DelayBefore(retries).Should().BeNull();
    }

    [Theory]
    [InlineData("", 3, 500, 1_000)]
    [InlineData("retries: { DaprBuiltInInitializationRetries: { policy: constant, duration: 200ms, maxRetries: 10 } }", 10, 200, 200)]
    [InlineData("retries: { DaprBuiltInInitializationRetries: { policy: constant, duration: 200ms, maxRetries: 1 } }", 3, 200, 200)]
    public void BuiltInInitializationRetries_RedefinedByName_Change(string policies, int retries, int firstMs, int lastMs)
    {
        ResiliencyPolicies loaded = policies.Length == 0 ? new ResiliencyPolicies([], _time) : Load(policies, "{}");

        RetrySchedule schedule = loaded.InitializationRetries("web");

        schedule.DelayBefore(0).Should().Be(TimeSpan.FromMilliseconds(firstMs));
        schedule.DelayBefore(retries - 1).Should().Be(TimeSpan.FromMilliseconds(lastMs));
        schedule.DelayBefore(retries).Should().BeNull();
    }

    [Fact]
    public async Task Matching_OtherStatus_IsNotRepeatedAndNoAnswerIs()
    {
        ResiliencePipeline pipeline = Inbound("retries: { r: { duration: 1s, maxRetries: 2, matching: { httpStatusCodes: \"429,500-502\" } } }", "retry: r");

        (await AttemptsAsync(pipeline, 404)).Should().Be(1);
        (await AttemptsAsync(pipeline, 503)).Should().Be(1);
        (await AttemptsAsync(pipeline, 429)).Should().Be(3);
        (await AttemptsAsync(pipeline, 502)).Should().Be(3);
        (await AttemptsAsync(pipeline, null)).Should().Be(3);
    }

    [Fact]
    public async Task ExponentialRetry_GrowsByHalfUpToItsLimitAndEndsAfterFifteenMinutes()
    {
        var strategy = new RetryStrategy(new RetryPolicy { Exponential = true, MaxInterval = TimeSpan.FromSeconds(60) }, _time, () => 0.5);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddStrategy(_ => strategy, new Options()).Build();
        var calls = new List<TimeSpan>();
        DateTimeOffset start = _time.GetUtcNow();

        Func<Task> run = () => Run(pipeline, () =>
        {
            calls.Add(_time.GetUtcNow() - start);
            throw new AppStatusException(500, "no");
        });

        await run.Should().ThrowAsync<AppStatusException>();
        double[] delays = [.. calls.Zip(calls.Skip(1), (a, b) => (b - a).TotalMilliseconds)];
        delays.Take(4).Should().Equal(500, 750, 1125, 1687);
        delays.Max().Should().Be(60_000);
        calls[^1].Should().BeLessThanOrEqualTo(TimeSpan.FromMinutes(15)).And.BeGreaterThan(TimeSpan.FromMinutes(13));
    }

    [Fact]
    public async Task Timeout_IsPerAttempt()
    {
        ResiliencePipeline pipeline = Inbound("timeouts: { t: 2s }\n    retries: { r: { duration: 1s, maxRetries: 1 } }", "timeout: t, retry: r");
        int attempts = 0;

        Func<Task> run = () => Run(pipeline, async token =>
        {
            attempts++;
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });

        await run.Should().ThrowAsync<TimeoutRejectedException>();
        attempts.Should().Be(2);
    }

    [Fact]
    public async Task Breaker_TripsAndEndsTheRetriesThenTriesAgainAfterItsTimeout()
    {
        ResiliencePipeline pipeline = Inbound(
            "retries: { r: { duration: 1s, maxRetries: 10 } }\n    circuitBreakers: { c: { timeout: 30s, trip: consecutiveFailures >= 3 } }", "retry: r, circuitBreaker: c");
        int attempts = 0;

        Func<Task> failing = () => Run(pipeline, () =>
        {
            attempts++;
            throw new AppStatusException(500, "no");
        });

        await failing.Should().ThrowAsync<BrokenCircuitException>();
        attempts.Should().Be(3);
        await failing.Should().ThrowAsync<BrokenCircuitException>();
        attempts.Should().Be(3, "an open breaker calls nobody");

        _time.Advance(TimeSpan.FromSeconds(31));
        await failing.Should().ThrowAsync<BrokenCircuitException>();
        attempts.Should().Be(4, "half-open lets one call through, its failure opens again");

        _time.Advance(TimeSpan.FromSeconds(31));
        await Run(pipeline, () => attempts++);
        await Run(pipeline, () => attempts++);
        attempts.Should().Be(6, "one success closes it");
    }

    [Fact]
    public async Task Breaker_Interval_ForgetsOldFailures()
    {
        ResiliencePipeline pipeline = Inbound("circuitBreakers: { c: { interval: 10s, trip: consecutiveFailures > 1 } }", "circuitBreaker: c");

        (await AttemptsAsync(pipeline, 500)).Should().Be(1);
        _time.Advance(TimeSpan.FromSeconds(11));
        (await AttemptsAsync(pipeline, 500)).Should().Be(1);

        await Run(pipeline, () => { });
    }

    [Fact]
    public async Task App_BadStatusIsRepeatedAndTheLastAnswerGiven()
    {
        ResiliencyPolicies policies = Load("retries: { r: { duration: 1s, maxRetries: 2 } }", "apps: { api: { retry: r } }");
        int calls = 0;

        Task<HttpResponseMessage> call = policies.App("web", "api")!.ExecuteAsync(_ =>
            ValueTask.FromResult(new HttpResponseMessage(++calls < 3 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK))).AsTask();
        await AdvanceUntilDoneAsync(call);

        using HttpResponseMessage answer = await call;
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        calls.Should().Be(3);
        policies.App("web", "other").Should().BeNull();
    }

    [Fact]
    public async Task Defaults_MostSpecificNameWinsAndAnExplicitTargetWinsOverAll()
    {
        ResiliencyPolicies policies = Load(
            """
            retries:
                  DefaultRetryPolicy: { duration: 1s, maxRetries: 1 }
                  DefaultComponentInboundRetryPolicy: { duration: 1s, maxRetries: 2 }
                  DefaultPubsubComponentInboundRetryPolicy: { duration: 1s, maxRetries: 3 }
                  own: { duration: 1s, maxRetries: 4 }
            """, "components: { special: { inbound: { retry: own } } }");

        (await AttemptsAsync(policies.InboundComponent("web", "bus", ComponentKind.PubSub)!, 500)).Should().Be(4);
        (await AttemptsAsync(policies.InboundComponent("web", "store", ComponentKind.StateStore)!, 500)).Should().Be(3);
        (await AttemptsAsync(policies.OutboundComponent("web", "bus", ComponentKind.PubSub)!, 500)).Should().Be(2);
        (await AttemptsAsync(policies.InboundComponent("web", "special", ComponentKind.PubSub)!, 500)).Should().Be(5);
    }

    [Theory]
    [InlineData("type", true)]
    [InlineData("id", false)]
    [InlineData("both", false)]
    public void ActorBreaker_ScopeDecidesWhoShares(string scope, bool shared)
    {
        ResiliencyPolicies policies = Load("circuitBreakers: { c: {} }", $"actors: {{ Room: {{ circuitBreaker: c, circuitBreakerScope: {scope} }} }}");

        bool same = ReferenceEquals(policies.Actor("web", "Room", "1"), policies.Actor("web", "Room", "2"));

        same.Should().Be(shared);
        policies.Actor("web", "Room", "1").Should().BeSameAs(policies.Actor("web", "Room", "1"));
    }

    [Fact]
    public async Task ActorBreaker_Both_OpensForTheWholeTypeToo()
    {
        ResiliencyPolicies policies = Load(
            "circuitBreakers: { c: { trip: totalFailures >= 2 } }", "actors: { Room: { circuitBreaker: c, circuitBreakerScope: both } }");
        foreach (string id in (string[])["1", "2"]) await FailAsync(policies.Actor("web", "Room", id)!);

        Func<Task> third = () => policies.Actor("web", "Room", "3")!.ExecuteAsync(_ => ValueTask.FromResult(new HttpResponseMessage())).AsTask();

        await third.Should().ThrowAsync<BrokenCircuitException>();
    }

    [Fact]
    public async Task Breakers_OfTwoApps_AreApart()
    {
        ResiliencyPolicies policies = Load("circuitBreakers: { c: { trip: totalFailures >= 1 } }", "apps: { api: { circuitBreaker: c } }");
        await FailAsync(policies.App("one", "api")!);

        await policies.App("two", "api")!.ExecuteAsync(_ => ValueTask.FromResult(new HttpResponseMessage()));
        Func<Task> again = () => FailAsync(policies.App("one", "api")!);

        await again.Should().ThrowAsync<BrokenCircuitException>();
    }

    [Fact]
    public void Scopes_LimitAResourceToItsApps()
    {
        ResiliencyPolicies policies = Load("retries: { DefaultRetryPolicy: {} }", "{}", "scopes: [ web ]");

        policies.App("web", "api").Should().NotBeNull();
        policies.App("other", "api").Should().BeNull();
        policies.ForApp("web").Should().Equal("r");
        policies.ForApp("other").Should().BeEmpty();
    }

    [Theory]
    [InlineData("{}", "apps: { api: { retry: nope } }", "spec.targets.apps.api.retry", "'nope'")]
    [InlineData("{}", "components: { bus: { inbound: { timeout: nope } } }", "spec.targets.components.bus.inbound.timeout", "'nope'")]
    [InlineData("circuitBreakers: { c: {} }", "actors: { Room: { circuitBreaker: c } }", "circuitBreakerScope", "is required")]
    [InlineData("retries: { r: { policy: linear } }", "{}", "spec.policies.retries.r.policy", "'linear'")]
    [InlineData("retries: { r: { matching: { httpStatusCodes: 5xx } } }", "{}", "httpStatusCodes", "'5xx'")]
    [InlineData("circuitBreakers: { c: { trip: failures > 5 } }", "{}", "spec.policies.circuitBreakers.c.trip", "'failures'")]
    [InlineData("timeouts: { t: often }", "{}", "spec.policies.timeouts.t", "'often'")]
    public void Load_WrongPolicy_NamesFileAndField(string policies, string targets, string field, string problem)
    {
        Action load = () => Load(policies, targets);

        load.Should().Throw<ComponentException>().Which.Message.Should().Contain("r.yaml:").And.Contain("Resiliency 'r'").And.Contain(field).And.Contain(problem);
    }

    [Theory]
    [InlineData("consecutiveFailures > 5", false)]
    [InlineData("consecutiveFailures >= 5", true)]
    [InlineData("requests >= 10 && totalFailures * 2 > requests", true)]
    [InlineData("totalFailures / 0 > 1", false)]
    [InlineData("!(totalSuccesses == 4) || (consecutiveSuccesses + 1) % 2 != 1", false)]
    public void Trip_Conditions_AreEvaluated(string text, bool met)
    {
        TripExpression.TryParse(text, out TripExpression expression, out _).Should().BeTrue();

        expression.Met(new BreakerCounts(10, 4, 6, 0, 5)).Should().Be(met);
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("requests >")]
    [InlineData("(requests > 1")]
    [InlineData("requests > 1 2")]
    [InlineData("requests && 1")]
    [InlineData("requests > (1 > 2)")]
    public void Trip_OtherText_IsRefused(string text) => TripExpression.TryParse(text, out _, out _).Should().BeFalse();

    [Fact]
    public void RecentCache_Full_ForgetsTheOneUsedLongestAgo()
    {
        var cache = new RecentCache<int, object>(2);
        object one = cache.GetOrAdd(1, _ => new object());
        object two = cache.GetOrAdd(2, _ => new object());
        cache.GetOrAdd(1, _ => new object()).Should().BeSameAs(one);
        cache.GetOrAdd(3, _ => new object());

        cache.GetOrAdd(1, _ => new object()).Should().BeSameAs(one);
        cache.GetOrAdd(2, _ => new object()).Should().NotBeSameAs(two);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task FailAsync(ResiliencePipeline<HttpResponseMessage> pipeline) =>
        (await pipeline.ExecuteAsync(_ => ValueTask.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError)))).Dispose();

    private static async Task FailAsync(ResiliencePipeline pipeline) =>
        (await pipeline.ExecuteAsync(_ => ValueTask.FromResult(new HttpResponseMessage(HttpStatusCode.InternalServerError)))).Dispose();

    private ResiliencePipeline Inbound(string policies, string target) =>
        Load(policies, $"components: {{ bus: {{ inbound: {{ {target} }} }} }}").InboundComponent("web", "bus", ComponentKind.PubSub)!;

    private ResiliencyPolicies Load(string policies, string targets, string rest = "")
    {
        string body = policies == "{}" ? "  policies: {}" : "  policies:\n    " + policies;
        string target = targets == "{}" ? "  targets: {}" : "  targets:\n    " + targets;
        File.WriteAllText(
            Path.Combine(_folder, "r.yaml"), $"apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {{ name: r }}\nspec:\n{body}\n{target}\n{rest}\n");
        return new ResiliencyPolicies(ResourceLoader.Load([_folder], NullLogger.Instance).Resiliency, _time);
    }

    private async Task<int> AttemptsAsync(ResiliencePipeline pipeline, int? status)
    {
        int attempts = 0;
        Func<Task> run = () => Run(pipeline, () =>
        {
            attempts++;
            throw new AppStatusException(status, "no");
        });
        await run.Should().ThrowAsync<AppStatusException>();
        return attempts;
    }

    private Task Run(ResiliencePipeline pipeline, Action call) => Run(pipeline, _ =>
    {
        call();
        return Task.CompletedTask;
    });

    private async Task Run(ResiliencePipeline pipeline, Func<CancellationToken, Task> call)
    {
        Task running = pipeline.ExecuteAsync(async token => await call(token)).AsTask();
        await AdvanceUntilDoneAsync(running);
        await running;
    }

    private async Task AdvanceUntilDoneAsync(Task running)
    {
        await Eventually.TrueAsync(() =>
        {
            while (!running.IsCompleted && _time.Waiting > 0) _time.AdvanceToNext();
            return running.IsCompleted;
        }, "the call to end");
    }

    private sealed class Options : ResilienceStrategyOptions;
}
