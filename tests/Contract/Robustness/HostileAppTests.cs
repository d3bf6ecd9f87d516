using DaprTrading.Conformance.Staging;

namespace DaprTrading.Tests.Contract.Robustness;

/// <summary>One app of a runtime does its worst; the others do not notice.</summary>
public sealed class HostileAppTests
{
    private const int Events = 150;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(Hostility.Hangs)]
    [InlineData(Hostility.Garbage)]
    [InlineData(Hostility.ClosesMidBody)]
    [InlineData(Hostility.EndlessBody)]
    [InlineData(Hostility.EndlessHeaders)]
    [InlineData(Hostility.Fails)]
    [InlineData(Hostility.ReadsSlowly)]
    [InlineData(Hostility.Resets)]
    [InlineData(Hostility.NestedAnswer)]
    public async Task HostileApp_DoesNotHoldUpTheOthers(Hostility hostility)
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node good = await runtime.AddAsync(new NodeSetup("good")
        {
            Subscriptions = Subscriptions,
            Configuration = """{"entities":["Good"]}""",
            Script = app => app.On(seen => seen.Path == "/bulk", BulkAllAsync),
        });
        Node bad = await runtime.AddAsync(new NodeSetup("bad") { Listens = false });
        await using var app = new HostileApp(bad.AppPort, hostility, Subscriptions, """{"entities":["Bad"]}""");
        (await Waiting.ReadyAsync(bad, Limit, CancellationToken.None)).Should().BeTrue("the hostile app starts up like any other");

        // The hostile app is called in every way there is; who calls it may wait, nobody else.
        using var gone = new CancellationTokenSource();
        Task[] calls = [.. Enumerable.Range(0, 3).SelectMany(i => new[] { CallAsync(good, "/v1.0/invoke/bad/method/x", gone.Token), CallAsync(good, $"/v1.0/actors/Bad/{i}/method/x", gone.Token) })];
        for (int i = 0; i < Events; i++)
        {
            (await good.Publish("events", $"\"event-{i}-\"")).Is(204);
            (await good.Publish("bulk", $"\"event-{i}-\"")).Is(204);
        }

        for (int i = 0; i < 50; i++)
        {
            (await good.Get($"/v1.0/invoke/good/method/own-{i}")).Is(200);
            (await bad.Get($"/v1.0/invoke/good/method/other-{i}")).Is(200);
            (await good.Post($"/v1.0/actors/Good/{i}/method/m")).Is(200);
            (await bad.Post("/v1.0/state/store", $$"""[{"key":"k{{i}}","value":1}]""")).Is(204);
        }

        await UntilAsync(() => Enumerable.Range(0, Events).All(i => good.App.Of($"event-{i}-", "/events").Count == 1), "every event reaches the other app");
        await UntilAsync(() => Enumerable.Range(0, Events).All(i => good.App.Of($"event-{i}-", "/bulk").Count == 1), "every bulk event reaches the other app");
        await UntilAsync(() => app.Attacked > 0, "the hostile app was called");
        (await bad.Get("/v1.0/healthz/outbound")).Is(204);
        await gone.CancelAsync();
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task AppThatClosesMidBody_GivesItsCallerADaprError()
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node web = await runtime.AddAsync(new NodeSetup("web"));
        Node bad = await runtime.AddAsync(new NodeSetup("bad") { Listens = false });
        await using var app = new HostileApp(bad.AppPort, Hostility.ClosesMidBody, "[]", "{}");
        (await Waiting.ReadyAsync(bad, Limit, CancellationToken.None)).Should().BeTrue();

        Reply reply = (await web.Get("/v1.0/invoke/bad/method/x")).Is(500, "ERR_DIRECT_INVOKE", "failed to invoke, id: bad, err: error invoking app channel:");

        reply.Header("Content-Encoding").Should().BeEmpty();
    }

    [Theory]
    [InlineData(Hostility.EndlessBody)]
    [InlineData(Hostility.ClosesMidBody)]
    public async Task ActorOfAHostileApp_GivesItsCallerADaprError(Hostility hostility)
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node bad = await runtime.AddAsync(new NodeSetup("bad") { Listens = false });
        await using var app = new HostileApp(bad.AppPort, hostility, "[]", """{"entities":["Bad"]}""");
        (await Waiting.ReadyAsync(bad, Limit, CancellationToken.None)).Should().BeTrue();

        (await bad.Post("/v1.0/actors/Bad/1/method/x")).Is(500, "ERR_ACTOR_INVOKE_METHOD");
    }

    private const string Subscriptions = """
        [{"pubsubname":"bus","topic":"events","route":"/events"},
         {"pubsubname":"bus","topic":"bulk","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":10,"maxAwaitDurationMs":20}}]
        """;

    private static Task BulkAllAsync(Seen seen, Microsoft.AspNetCore.Http.HttpContext http)
    {
        IEnumerable<string> statuses = seen.Json.GetProperty("entries").EnumerateArray()
            .Select(entry => $$"""{"entryId":"{{entry.GetProperty("entryId").GetString()}}","status":"SUCCESS"}""");
        byte[] body = System.Text.Encoding.UTF8.GetBytes($$"""{"statuses":[{{string.Join(',', statuses)}}]}""");
        return http.Response.Body.WriteAsync(body).AsTask();
    }

    private static async Task CallAsync(Node node, string path, CancellationToken cancellationToken)
    {
        try
        {
            await node.Send("POST", path, new StringContent("1"), "text/plain", [], cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            // Nobody promised an answer.
        }
    }

    private static async Task UntilAsync(Func<bool> holds, string what) =>
        (await Waiting.UntilAsync(() => Task.FromResult(holds()), Limit, CancellationToken.None)).Should().BeTrue(what);
}
