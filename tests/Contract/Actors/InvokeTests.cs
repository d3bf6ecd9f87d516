using System.Text;
using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class InvokeTests
{
    [Theory, InlineData("GET"), InlineData("POST"), InlineData("PUT"), InlineData("DELETE")]
    public async Task Check088_Call_ReachesTheAppAsPutAndItsAnswerComesBack(string verb)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(200, "answer"));

        ApiAnswer answer = await world.SendAsync(
            world.Web, verb, "T/1/method/m", "x",
            request =>
            {
                request.ContentType = "text/plain";
                request.QueryString = new("?a=1&b=%20");
                request.Headers["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
                request.Headers["X-Own"] = "own";
                request.Headers["dapr-api-token"] = "secret";
                request.Headers.Connection = "keep-alive";
            });

        AppRequest received = world.App.Requests.Should().ContainSingle().Subject;
        received.Verb.Should().Be("PUT");
        received.Path.Should().Be("/actors/T/1/method/m?a=1&b=%20");
        received.Body.Should().Be("x");
        received.ContentType.Should().Be("text/plain");
        received.Headers.Should().Contain("Dapr-Api-Call", "true").And.Contain("X-Own", "own").And.ContainKey("traceparent");
        received.Headers.Should().NotContainKey("dapr-api-token").And.NotContainKey("Connection");
        answer.Status.Should().Be(200);
        answer.Body.Should().Be("answer");
        answer.ContentType.Should().Be("application/json; charset=utf-8");
    }

    [Fact]
    public async Task Check088_NamesWithSpecialCharacters_AreEscapedInThePath()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        await world.CallAsync("BRK B%é", "do it");

        world.App.Requests.Single().Path.Should().Be("/actors/T/BRK%20B%25%C3%A9/method/do%20it");
    }

    [Theory]
    [InlineData(201, "error from actor service: (201) boom")]
    [InlineData(204, "error from actor service: (204) boom")]
    [InlineData(302, "error from actor service: (302) boom")]
    [InlineData(500, "error from actor service: (500) boom")]
    [InlineData(404, "actor method not found: actors/T/1/method/m")]
    public async Task Check089_AnyStatusBut200_IsAnErrorAndNotRetried(int status, string error)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(status, "boom"));

        ApiAnswer answer = await world.CallAsync("1");

        answer.Status.Should().Be(500);
        answer.Body.Should().Be($$"""{"errorCode":"ERR_ACTOR_INVOKE_METHOD","message":"error invoke actor method: {{error}}"}""");
        world.App.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Check089_ErrorThroughAnotherSidecar_IsWrappedOnceMore()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(500, "boom"));
        var other = new FakeSidecar("other", 0, app: null);

        ApiAnswer answer = await world.SendAsync(other, "POST", "T/1/method/m");

        answer.Body.Should().Contain("error invoke actor method: rpc error: code = Internal desc = error invoke actor method: error from actor service: (500) boom");
    }

    [Fact]
    public async Task Check090_ErrorHeaderOn200_PassesThrough()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.App.Script = (_, _) =>
        {
            HttpResponseMessage response = FakeApp.Answer(200, "serialised exception");
            response.Headers.Add("X-DaprErrorResponseHeader", "it threw");
            return Task.FromResult(response);
        };

        ApiAnswer answer = await world.CallAsync("1");

        answer.Status.Should().Be(200);
        answer.Body.Should().Be("serialised exception");
        answer.Headers["X-DaprErrorResponseHeader"].ToString().Should().Be("it threw");
    }

    [Fact]
    public async Task Check092_UnknownType_FailsAfterFiveSeconds()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        Task<ApiAnswer> call = world.SendAsync("POST", "Nobody/7/method/m");
        await world.Time.DriveAsync(call, TimeSpan.FromSeconds(1));

        ApiAnswer answer = await call;
        world.Time.Elapsed.Should().Be(TimeSpan.FromSeconds(5));
        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("ERR_ACTOR_INVOKE_METHOD").And.Contain("did not find address for actor 'Nobody||7'");
    }

    [Fact]
    public async Task Check092_TypeThatAppearsMeanwhile_AnswersAtOnce()
    {
        await using var world = new ActorWorld();
        await world.ReadyAsync(world.Web, new AppConfiguration());
        Task<ApiAnswer> call = world.CallAsync("1");
        await world.Time.UntilArmedAsync(TimeSpan.FromSeconds(1));

        await world.ReadyAsync(new FakeSidecar("web", 1, world.App));

        (await call.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        world.Time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Theory, InlineData(".."), InlineData("a#b"), InlineData("a?b"), InlineData("a\\b"), InlineData("a\u0001b")]
    public async Task Invoke_InvalidId_IsABadRequest(string id)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.CallAsync(id);

        answer.Status.Should().Be(400);
        answer.Body.Should().Contain("ERR_BAD_REQUEST").And.Contain("invalid request: invalid actorId: ");
        world.App.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Invoke_BodyAboveTheLimit_IsABadRequest()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.CallAsync("1", body: new string('x', (4 * 1024 * 1024) + 1));

        answer.Status.Should().Be(400);
        answer.Body.Should().Be("""{"errorCode":"ERR_BAD_REQUEST","message":"invalid request: failed to read body: stream too large"}""");
    }

    [Fact]
    public async Task Invoke_BodyOfUnknownLength_ArrivesWhole()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        string body = string.Concat(Enumerable.Range(0, 20_000));

        await world.SendAsync(
            world.Web, "POST", "T/1/method/m", "", request =>
            {
                request.ContentLength = null;
                request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
            });

        world.App.Requests.Single().Body.Should().Be(body);
    }

    [Theory, InlineData("PATCH", "T/1/method/m"), InlineData("POST", "T/1/method"), InlineData("GET", "T/1/timers/t"), InlineData("POST", "T")]
    public async Task UnknownRouteOrVerb_IsTheAnswerOfServiceInvocation(string verb, string path)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync(verb, path);

        answer.Status.Should().Be(404);
        answer.Body.Should().Contain("ERR_DIRECT_INVOKE");
    }

    [Fact]
    public async Task ClosedRuntime_Answers503()
    {
        ActorWorld world = await ActorWorld.StartAsync();
        await world.DisposeAsync();

        ApiAnswer answer = await world.CallAsync("1");

        answer.Status.Should().Be(503);
        answer.Body.Should().Contain("ERR_ACTOR_RUNTIME_CLOSED");
    }
}
