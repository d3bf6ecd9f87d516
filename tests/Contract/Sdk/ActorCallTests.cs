using System.Security.Authentication;
using System.Text.Json;
using Dapr;
using Dapr.Actors;
using Dapr.Actors.Client;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class ActorCallTests
{
    [Fact]
    public async Task B29_Proxy_SendsTheArgumentAndReadsTheResult()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, """{"orderId":8,"productName":null}"""));

        Order result = await Proxy(sidecar).InvokeMethodAsync<Order, Order>("Echo", new Order(7, "tea"));

        result.Should().Be(new Order(8, null));
        sidecar.Single.Should().Match<FakeCall>(call => call.Method == "PUT" && call.Target == "/v1.0/actors/Counter/a/method/Echo"
            && call.Body == """{"orderId":7,"productName":"tea"}""" && call.ContentType == "application/json; charset=utf-8");
    }

    [Fact]
    public async Task B29_Proxy_WithoutArgument_SendsNoBody()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, "5"));
        ActorProxy proxy = Proxy(sidecar);

        (await proxy.InvokeMethodAsync<int>("Read")).Should().Be(5);
        await proxy.InvokeMethodAsync("Reset");
        await proxy.InvokeMethodAsync("Add", 3);

        sidecar.Calls.Select(call => (call.Target.Split('/')[^1], call.Body, call.ContentType)).Should()
            .Equal(("Read", "", null), ("Reset", "", null), ("Add", "3", "application/json; charset=utf-8"));
    }

    [Fact]
    public async Task B29_VoidResult_AskedAsValue_ThrowsJsonException()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));

        await Proxy(sidecar).Invoking(proxy => proxy.InvokeMethodAsync<int>("Reset")).Should().ThrowAsync<JsonException>();
    }

    [Fact]
    public async Task B29_NullResult_IsNull()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, "null"));

        (await Proxy(sidecar).InvokeMethodAsync<Order?>("Echo")).Should().BeNull();
    }

    [Theory]
    [InlineData(500, """{"errorCode":"ERR_ACTOR_INVOKE_METHOD","message":"boom"}""", "ERR_ACTOR_INVOKE_METHOD", "boom")]
    [InlineData(404, "", "ERR_DOES_NOT_EXIST", "*404*")]
    [InlineData(500, "<html>", "UNKNOWN", "*500*")]
    [InlineData(500, """{"message":"boom"}""", "UNKNOWN", "boom")]
    public async Task B29_Refusal_ThrowsDaprApiExceptionWithItsCode(int status, string body, string code, string message)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(status, body));

        var thrown = await Proxy(sidecar).Invoking(proxy => proxy.InvokeMethodAsync("Read")).Should().ThrowExactlyAsync<DaprApiException>();

        thrown.WithMessage(message).Which.Should().Match<DaprApiException>(exception => exception.ErrorCode == code && !exception.IsTransient);
        (thrown.Which.InnerException is JsonException).Should().Be(body == "<html>");
    }

    [Theory, InlineData(401), InlineData(403)]
    public async Task B29_BadToken_ThrowsAuthenticationException(int status)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(status, "invalid api token"));

        await Proxy(sidecar).Invoking(proxy => proxy.InvokeMethodAsync("Read")).Should().ThrowAsync<AuthenticationException>();
    }

    [Fact]
    public async Task B29_Unreachable_ThrowsRawHttpRequestException()
    {
        FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        ActorProxy proxy = Proxy(sidecar);
        await sidecar.DisposeAsync();

        await proxy.Invoking(p => p.InvokeMethodAsync("Read")).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task B29_TimeoutAndCancellation_ThrowTaskCanceled()
    {
        using var cancel = new CancellationTokenSource();
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(async (_, aborted) =>
        {
            await cancel.CancelAsync();
            await aborted.WhenCancelled();
            return FakeAnswer.Done;
        });
        ActorProxy hasty = Proxy(sidecar, options => options.RequestTimeout = TimeSpan.FromMilliseconds(50));

        await Proxy(sidecar).Invoking(proxy => proxy.InvokeMethodAsync("Read", cancel.Token)).Should().ThrowAsync<TaskCanceledException>();
        await hasty.Invoking(proxy => proxy.InvokeMethodAsync("Read")).Should().ThrowAsync<TaskCanceledException>();
    }

    [Fact]
    public void B29_RemotingProxies_AreRefusedWithTheWayOut()
    {
        var factory = new ActorProxyFactory();

        factory.Invoking(f => f.CreateActorProxy<ICounter>(new ActorId("a"), "Counter")).Should().Throw<NotSupportedException>().WithMessage("*Create*");
        factory.Invoking(f => f.CreateActorProxy(new ActorId("a"), typeof(ICounter), "Counter")).Should().Throw<NotSupportedException>();
        factory.Invoking(f => f.DefaultOptions = null!).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task B29_Host_ReadsTheArgumentAndWritesTheResult()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync("EchoAsync", """{"OrderId":7,"productName":"tea"}""")).Should().Be((200, """{"orderId":7,"productName":"tea"}"""));
        (await app.CallAsync("EchoAsync", "null")).Should().Be((200, "null"));
        (await app.CallAsync("ResetAsync")).Should().Be((200, ""));
        (await app.CallAsync("ReadAsync")).Should().Be((200, "0"));
    }

    [Theory]
    [InlineData("NoSuchAsync", null, "Counter")]
    [InlineData("ReadAsync", null, "Nobody")]
    [InlineData("AddAsync", "\"tea\"", "Counter")]
    [InlineData("AddAsync", null, "Counter")]
    [InlineData("FailAsync", "1", "Counter")]
    [InlineData("TwoArgumentsAsync", "1", "Counter")]
    public async Task B29_Host_WhatCannotBeDone_Is500(string method, string? body, string type)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync(method, body, type: type)).Status.Should().Be(500);
    }

    [Fact]
    public async Task B29_Host_RemotingCall_Is500()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.App.Http.DefaultRequestHeaders.Add("X-DaprRequestHeader", "<x/>");

        (await app.CallAsync("ReadAsync")).Status.Should().Be(500);
    }

    [Theory]
    [InlineData("BTC/USDT", "BTC%2FUSDT")]
    [InlineData("a b+c%", "a%20b%2Bc%25")]
    [InlineData("été", "%C3%A9t%C3%A9")]
    public async Task B35_OddIds_ReachTheSidecarEncoded(string id, string encoded)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));

        await new ActorProxyFactory(Options(sidecar)).Create(new ActorId(id), "My Type").InvokeMethodAsync("Do It");

        sidecar.Single.Target.Should().Be($"/v1.0/actors/My%20Type/{encoded}/method/Do%20It");
    }

    [Fact]
    public async Task B35_OddIds_ReachTheActorDecoded()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await app.CallAsync("AddAsync", "1", id: "a%20b%2Bc");

        app.Saves.Should().ContainSingle().Which.Target.Should().Be("/v1.0/actors/Counter/a%20b%2Bc/state");
    }

    [Fact]
    public void B35_ActorIds_CompareWithoutCase_AndAreJsonStrings()
    {
        (new ActorId("BTC") == new ActorId("btc")).Should().BeTrue();
        (new ActorId("BTC") != new ActorId("ETH")).Should().BeTrue();
        new ActorId("a").CompareTo(new ActorId("b")).Should().BeNegative();
        JsonSerializer.Serialize(new ActorId("BTC")).Should().Be("\"BTC\"");
        JsonSerializer.Deserialize<ActorId>("\"BTC\"")!.GetId().Should().Be("BTC");
        FluentActions.Invoking(() => new ActorId(" ")).Should().Throw<ArgumentException>();
        ActorId.CreateRandom().Should().NotBe(ActorId.CreateRandom());
    }

    private static ActorProxyOptions Options(FakeSidecar sidecar) => new() { HttpEndpoint = sidecar.Endpoint };

    private static ActorProxy Proxy(FakeSidecar sidecar, Action<ActorProxyOptions>? configure = null)
    {
        ActorProxyOptions options = Options(sidecar);
        configure?.Invoke(options);
        return ActorProxy.Create(new ActorId("a"), "Counter", options);
    }
}
