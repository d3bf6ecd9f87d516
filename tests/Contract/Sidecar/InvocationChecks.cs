using System.Net;
using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using Microsoft.AspNetCore.Http;
using Polly;
using Polly.Retry;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class InvocationChecks
{
    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Check079_VerbPathQueryStatusAndBody_PassThrough(string verb)
    {
        await using World world = await World.StartAsync();
        var b = await world.AddAsync("b", app => app.Always(409, "taken"));
        var request = new HttpRequestMessage(new HttpMethod(verb), "/v1.0/invoke/b/method/a/b?x=1&y=a%20b") { Content = World.Content("body", "text/x") };
        HttpResponseMessage response = await world.Client.SendAsync(request);
        response.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await response.Content.ReadAsStringAsync()).Should().Be("taken");
        Seen seen = b.App.Calls.Single();
        (seen.Method, seen.Target, seen.Body, seen.Headers["Content-Type"]).Should().Be((verb, "/a/b?x=1&y=a%20b", "body", "text/x"));
        world.Sidecar.Statistics.Invoked.Should().Be(1);
    }

    [Fact]
    public async Task Check080_AppIdHeader_AddressesAnyPath()
    {
        await using World world = await World.StartAsync();
        var b = await world.AddAsync("b");
        await SendAsync(world, "/hello", "dapr-app-id", "b");
        await SendAsync(world, "/v1.0/invoke/x/method/y", "dapr-app-id", "b");
        await SendAsync(world, "/basic", "Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("Dapr-App-Id:b")));
        await world.Client.GetAsync("/v1.0/invoke/b.default/method/dotted");
        b.App.Calls.Select(call => call.Path).Should().Equal("/hello", "/v1.0/invoke/x/method/y", "/basic", "/dotted");
        b.App.Calls[0].Headers.Should().NotContainKey("dapr-app-id");
        b.App.Calls[2].Headers.Should().ContainKey("Authorization");
    }

    /// <summary>A rule of our own: daprd finds a name by mDNS, which knows no namespaces.</summary>
    [Theory]
    [InlineData("b.elsewhere")]
    [InlineData("b.default.more")]
    public async Task AppId_WithAnotherNamespaceOrMoreDots_IsAnError(string id)
    {
        await using World world = await World.StartAsync();
        var b = await world.AddAsync("b");

        await (await world.Client.GetAsync($"/v1.0/invoke/{id}/method/m")).ShouldBeError(500, "ERR_DIRECT_INVOKE");

        b.App.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Check081_Headers_AreAddedAndRemoved()
    {
        await using World world = await World.StartAsync();
        var b = await world.AddAsync("b");
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/invoke/b/method/x");
        foreach (string header in new[] { "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: 5", "X-Own: 1", "grpc-timeout: 1", "x-bin: 1", "dapr-caller-app-id: me" })
        {
            string[] parts = header.Split(": ");
            request.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        await world.Client.SendAsync(request);
        IReadOnlyDictionary<string, string> seen = b.App.Calls.Single().Headers;
        seen["dapr-caller-app-id"].Should().Be("web");
        seen["dapr-caller-namespace"].Should().Be("default");
        seen["dapr-callee-app-id"].Should().Be("b");
        seen["traceparent"].Should().MatchRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$");
        seen["X-Forwarded-For"].Should().Be("127.0.0.1");
        seen["dapr-grpc-timeout"].Should().Be("1");
        seen["X-Own"].Should().Be("1");
        seen["Host"].Should().Be($"127.0.0.1:{b.App.Port}");
        seen.Keys.Should().NotContain(["Connection", "Keep-Alive", "X-Hop", "x-bin", "Content-Type"]);
    }

    [Fact]
    public async Task SelfInvocation_HasNoForwardedHeaders()
    {
        await using World world = await World.StartAsync();
        await world.Client.GetAsync("/v1.0/invoke/web/method/x");
        IReadOnlyDictionary<string, string> seen = world.App.Calls.Single().Headers;
        seen["dapr-caller-app-id"].Should().Be("web");
        seen["dapr-callee-app-id"].Should().Be("web");
        seen.Keys.Should().NotContain(["X-Forwarded-For", "Forwarded"]);
    }

    [Fact]
    public async Task Check082_Redirect_IsPassedOn()
    {
        await using World world = await World.StartAsync();
        await world.AddAsync("b", app => app.Answer = (http, _) =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/b/method/x");
        response.StatusCode.Should().Be(HttpStatusCode.Redirect);
        response.Headers.Location!.OriginalString.Should().Be("/elsewhere");
        response.Headers.Contains("traceparent").Should().BeTrue();
    }

    [Fact]
    public async Task Check083_UnknownApp_Answers500()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/zz/method/x");
        (await response.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().Be("failed to invoke, id: zz, err: couldn't find service: zz");
    }

    [Fact]
    public async Task Check084_AppError_IsOneCallAndItsBody()
    {
        await using World world = await World.StartAsync();
        var b = await world.AddAsync("b", app => app.Always(500, "mine"));
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/b/method/x");
        ((int)response.StatusCode).Should().Be(500);
        (await response.Content.ReadAsStringAsync()).Should().Be("mine");
        b.App.Calls.Should().ContainSingle();
    }

    [Fact]
    public async Task ResiliencyTarget_RepeatsTheBufferedBodyAndAnswersTheLastResponse()
    {
        await using World world = await World.StartAsync(setup: w => w.Policies.Apps = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(1),
                ShouldHandle = a => ValueTask.FromResult(a.Outcome.Result is not IAppAnswer { StatusCode: < 400 }),
            }).Build());
        var b = await world.AddAsync("b", app => app.Always(503, "busy"));
        HttpResponseMessage response = await world.Client.PostAsync("/v1.0/invoke/b/method/x", World.Content("again"));
        (await response.Content.ReadAsStringAsync()).Should().Be("busy");
        b.App.Calls.Select(call => call.Body).Should().Equal("again", "again", "again");
    }

    [Theory]
    [InlineData("foo/", "/foo")]
    [InlineData("a//b/./c/../d", "/a/b/d")]
    [InlineData("admin%2F..%2Fpublic", "/public")]
    [InlineData("%2e%2e/%2e%2e/x", "/x")]
    [InlineData("a%20b/%C3%A9", "/a%20b/%C3%A9")]
    [InlineData("a+b", "/a+b")]
    public async Task Check085_Path_IsNormalised(string method, string path)
    {
        await using World world = await World.StartAsync();
        await RawHttp.SendAsync(world.Sidecar.HttpPort, $"GET /v1.0/invoke/web/method/{method} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        world.App.Calls.Single().Path.Should().Be(path);
    }

    [Theory]
    [InlineData("a%3Fb")]
    [InlineData("a%23b")]
    [InlineData("a%0Ab")]
    [InlineData("a%25b")]
    public async Task Check085_ReservedCharacters_Answer500(string method)
    {
        await using World world = await World.StartAsync();
        string answer = await RawHttp.SendAsync(world.Sidecar.HttpPort, $"GET /v1.0/invoke/web/method/{method} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        answer.Should().StartWith("HTTP/1.1 500").And.Contain("ERR_DIRECT_INVOKE").And.Contain("invalid method");
        world.App.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Check086_ChunkedBody_ReachesTheAppBeforeItsEnd()
    {
        var first = new TaskCompletionSource<string>();
        await using World world = await World.StartAsync(app =>
        {
            app.ReadsBodies = false;
            app.Answer = async (http, _) =>
            {
                byte[] buffer = new byte[16];
                int read = await http.Request.Body.ReadAsync(buffer);
                first.SetResult(Encoding.UTF8.GetString(buffer, 0, read));
                using var rest = new StreamReader(http.Request.Body);
                await http.Response.WriteAsync(await rest.ReadToEndAsync());
            };
        });
        var content = new TwoPieces("one", first.Task, "two");
        HttpResponseMessage response = await world.Client.PostAsync("/v1.0/invoke/web/method/x", content);
        (await first.Task).Should().Be("one");
        (await response.Content.ReadAsStringAsync()).Should().Be("two");
    }

    [Fact]
    public async Task ChunkedResponse_IsFlushedPieceByPiece()
    {
        var read = new TaskCompletionSource();
        await using World world = await World.StartAsync(app => app.Answer = async (http, _) =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("data: 1\n\n");
            await http.Response.Body.FlushAsync();
            await read.Task;
            await http.Response.WriteAsync("data: 2\n\n");
        });
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/web/method/x", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).Should().Be("data: 1");
        read.SetResult();
        (await reader.ReadToEndAsync()).Should().Contain("data: 2");
    }

    [Fact]
    public async Task Check087_MaxConcurrencyOne_RunsCallsOneAfterTheOther()
    {
        int running = 0, most = 0;
        await using World world = await World.StartAsync(
            app => app.Answer = async (http, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await http.Response.Body.FlushAsync();
                await Eventually.Never(() => Volatile.Read(ref running) > 1, TimeSpan.FromMilliseconds(15));
                Interlocked.Decrement(ref running);
            },
            options: o => o with { AppMaxConcurrency = 1 });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.Client.GetAsync("/v1.0/invoke/web/method/x")));
        world.App.Calls.Should().HaveCount(20);
        most.Should().Be(1);
    }

    [Fact]
    public async Task BodyOverTheLimit_Answers500()
    {
        await using World world = await World.StartAsync(options: o => o with { MaxBodySize = 10 });
        HttpResponseMessage response = await world.Client.PostAsync("/v1.0/invoke/web/method/x", World.Content(new string('x', 50)));
        (await response.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().EndWith("stream too large");
    }

    [Fact]
    public async Task Replicas_TakeTurns()
    {
        await using World world = await World.StartAsync();
        var first = await world.AddAsync("b");
        var second = await world.AddAsync("b", instance: 1);
        for (int i = 0; i < 10; i++) await world.Client.GetAsync("/v1.0/invoke/b/method/x");
        first.App.Calls.Should().HaveCount(5);
        second.App.Calls.Should().HaveCount(5);
    }

    [Fact]
    public async Task Replicas_ConcurrentCalls_AreSpreadEvenly()
    {
        await using World world = await World.StartAsync();
        var replicas = new[] { await world.AddAsync("b"), await world.AddAsync("b", instance: 1), await world.AddAsync("b", instance: 2) };

        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, token) =>
        {
            using HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/b/method/x", token);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        });

        replicas.Select(replica => replica.App.Calls.Count()).Should().Equal(100, 100, 100);
    }

    [Fact]
    public async Task Replica_Withdrawn_GetsNoMoreCallsAndFinishesWhatItHas()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using World world = await World.StartAsync();
        var first = await world.AddAsync("b", SlowUntil(hold.Task));
        var second = await world.AddAsync("b", SlowUntil(hold.Task), instance: 1);
        Task<HttpResponseMessage>[] slow = [world.Client.GetAsync("/v1.0/invoke/b/method/slow"), world.Client.GetAsync("/v1.0/invoke/b/method/slow")];
        await Eventually.True(() => first.App.Calls.Count() == 1 && second.App.Calls.Count() == 1, "a call at each");

        world.Host.Withdraw(second.Sidecar);
        for (int i = 0; i < 6; i++) (await world.Client.GetAsync("/v1.0/invoke/b/method/x")).StatusCode.Should().Be(HttpStatusCode.OK);
        hold.SetResult();

        foreach (Task<HttpResponseMessage> call in slow) (await call).StatusCode.Should().Be(HttpStatusCode.OK);
        second.App.Calls.Should().HaveCount(1);
        first.App.Calls.Should().HaveCount(7);
    }

    private static Action<ScriptedApp> SlowUntil(Task released) =>
        app => app.Answer = (_, seen) => seen.Path == "/slow" ? released : Task.CompletedTask;

    [Fact]
    public async Task DeadReplica_IsPassedOver()
    {
        await using World world = await World.StartAsync();
        var first = await world.AddAsync("b");
        var second = await world.AddAsync("b", instance: 1);
        await first.App.DisposeAsync();
        for (int i = 0; i < 6; i++) (await world.Client.GetAsync("/v1.0/invoke/b/method/x")).StatusCode.Should().Be(HttpStatusCode.OK);
        second.App.Calls.Should().HaveCount(6);
    }

    [Fact]
    public async Task NoReplicaUp_FailsAfterTheBuiltInRetries()
    {
        await using World world = await World.StartAsync();
        var b = await world.AddAsync("b");
        await b.App.DisposeAsync();
        long started = TimeProvider.System.GetTimestamp();
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/b/method/x");
        (await response.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().Contain("error invoking app channel");
        TimeProvider.System.GetElapsedTime(started).Should().BeGreaterThan(TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public async Task CalleeWithoutPort_Answers500()
    {
        await using World world = await World.StartAsync();
        await world.AddAsync("b", options: o => o with { AppPort = null });
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/invoke/b/method/x");
        (await response.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().Contain("app channel is not initialized");
    }

    [Fact]
    public async Task MalformedBaggage_Answers400()
    {
        await using World world = await World.StartAsync();
        (await SendAsync(world, "/v1.0/invoke/web/method/x", "baggage", "no pair")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await SendAsync(world, "/v1.0/invoke/web/method/x", "baggage", "a=1;p, b=2")).StatusCode.Should().Be(HttpStatusCode.OK);
        world.App.Calls.Single().Headers["baggage"].Should().Be("a=1;p, b=2");
    }

    [Fact]
    public async Task Check112_TraceId_IsSharedByEnvelopeDeliveryAndInvokedApp()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = """[{"pubsubname":"bus","topic":"t","route":"/t"}]""");
        const string given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        await SendAsync(world, "/v1.0/invoke/web/method/x", "traceparent", given);
        string invoked = world.App.Calls.Single().Headers["traceparent"];
        var publish = new HttpRequestMessage(HttpMethod.Post, "/v1.0/publish/bus/t") { Content = World.Content("{}") };
        publish.Headers.Add("traceparent", invoked);
        await world.Client.SendAsync(publish);
        await Eventually.True(() => world.App.Calls.Count == 2);
        string[] parents = [given, invoked, world.Bus.Texts("t").Single().Json().Text("traceparent"), world.App.Calls[1].Headers["traceparent"]];
        parents.Select(parent => parent[..36]).Distinct().Should().ContainSingle();
        parents.Select(parent => parent[36..52]).Should().OnlyHaveUniqueItems();
        parents.Should().OnlyContain(parent => parent.EndsWith("-01"));
    }

    private static Task<HttpResponseMessage> SendAsync(World world, string path, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header, value);
        return world.Client.SendAsync(request);
    }

    private sealed class TwoPieces(string first, Task between, string second) : HttpContent
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(first));
            await stream.FlushAsync();
            await between.WaitAsync(TimeSpan.FromSeconds(20));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(second));
        }
    }
}
