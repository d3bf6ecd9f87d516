using DaprTrading.LocalRuntime;
using Polly;
using Polly.Retry;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class ResiliencyTests
{
    [Fact]
    public async Task Policy_RetriesAnswersThatCountAsFailures_AndTheLastOneIsReported()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.Policies.ForActors = Retry(2);
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(503, "busy"));

        ApiAnswer answer = await world.CallAsync("1", body: "payload");

        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("error invoke actor method: error from actor service: (503) busy");
        world.App.Requests.Should().HaveCount(3).And.OnlyContain(request => request.Body == "payload");
    }

    [Fact]
    public async Task Policy_RetriesUntilTheAppAnswers200()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.Policies.ForActors = Retry(5);
        int calls = 0;
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(++calls < 3 ? 500 : 200, $"{calls}"));

        ApiAnswer answer = await world.CallAsync("1");

        (answer.Status, answer.Body).Should().Be((200, "3"));
    }

    [Theory, InlineData(204), InlineData(302)]
    public async Task Policy_TakesAnythingBut200ForAFailure(int status)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.Policies.ForActors = Retry(1);
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(status));

        ApiAnswer answer = await world.CallAsync("1");

        answer.Body.Should().Contain($"({status})");
        world.App.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Policy_SeesTheErrorHeaderAsAFailure_TheCallerStillGetsTheAnswer()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.Policies.ForActors = Retry(1);
        world.App.Script = (_, _) =>
        {
            HttpResponseMessage response = FakeApp.Answer(200, "exception");
            response.Headers.Add("X-DaprErrorResponseHeader", "1");
            return Task.FromResult(response);
        };

        ApiAnswer answer = await world.CallAsync("1");

        (answer.Status, answer.Body).Should().Be((200, "exception"));
        world.App.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task Policy_ReplacesTheBuiltInOne()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.Policies.ForActors = Retry(1);

        ApiAnswer answer = await world.SendAsync("POST", "Nobody/7/method/m");

        answer.Body.Should().Contain("did not find address for actor 'Nobody||7'");
        world.Time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Timeout_EndsTheTurn()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.Policies.ForActors = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = world.Time }.AddTimeout(TimeSpan.FromSeconds(3)).Build();
        world.App.Script = async (request, token) =>
        {
            if (request.Path.EndsWith("/hang", StringComparison.Ordinal)) await new TaskCompletionSource().Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };

        Task<ApiAnswer> hanging = world.CallAsync("1", "hang");
        Task<ApiAnswer> next = world.CallAsync("1", "next");
        await world.Time.UntilArmedAsync(TimeSpan.FromSeconds(3));
        world.Time.Advance(TimeSpan.FromSeconds(3));

        ApiAnswer answer = await hanging.WaitAsync(Eventually.Limit);
        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("ERR_ACTOR_INVOKE_METHOD").And.Contain("timeout");
        await next.WaitAsync(Eventually.Limit);
    }

    private static ResiliencePipeline<HttpResponseMessage> Retry(int times) =>
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = times,
                Delay = TimeSpan.Zero,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<Exception>().HandleResult(answer => (int)answer.StatusCode is < 200 or > 399),
            })
            .Build();
}
