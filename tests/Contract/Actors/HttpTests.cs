using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class HttpTests
{
    [Fact]
    public async Task Check088_OverHttp_CallAndAnswerPassUnchanged()
    {
        string? target = null;
        await using HttpWorld world = await HttpWorld.StartAsync(async http =>
        {
            target = $"{http.Request.Method} {http.Features.Get<IHttpRequestFeature>()!.RawTarget} {http.Request.ContentType} {http.Request.Headers["Dapr-Api-Call"]}";
            http.Response.Headers["X-Own"] = "own";
            http.Response.ContentType = "application/json";
            await http.Request.Body.CopyToAsync(http.Response.Body);
        });

        using HttpResponseMessage answer = await world.Client.PostAsync("T/A%20B/method/m?x=1", new StringContent("{\"n\":1}", Encoding.UTF8, "application/json"));

        target.Should().Be("PUT /actors/T/A%20B/method/m?x=1 application/json; charset=utf-8 true");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.GetValues("X-Own").Should().Equal("own");
        (await answer.Content.ReadAsStringAsync()).Should().Be("{\"n\":1}");
    }

    [Fact]
    public async Task Check088_OverHttp_LargeBodiesPassBothWays()
    {
        await using HttpWorld world = await HttpWorld.StartAsync(http => http.Request.Body.CopyToAsync(http.Response.Body));
        byte[] body = new byte[3 * 1024 * 1024];
        new Random(7).NextBytes(body);

        using HttpResponseMessage answer = await world.Client.PutAsync("T/1/method/m", new ByteArrayContent(body));

        (await answer.Content.ReadAsByteArrayAsync()).Should().Equal(body);
    }

    [Fact]
    public async Task Check089_OverHttp_204IsAnError()
    {
        await using HttpWorld world = await HttpWorld.StartAsync(http =>
        {
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        });

        using HttpResponseMessage answer = await world.Client.PostAsync("T/1/method/m", null);

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("error from actor service: (204) ");
    }

    [Fact]
    public async Task Check091_OverHttp_TurnsOfOneActorDoNotOverlap_AndTheirStateAddsUp()
    {
        HttpWorld? world = null;
        int inside = 0;
        var overlaps = new ConcurrentQueue<int>();
        await using HttpWorld started = world = await HttpWorld.StartAsync(async http =>
        {
            int now = Interlocked.Increment(ref inside);
            if (now > 1) overlaps.Enqueue(now);
            string before = await world!.Client.GetStringAsync("T/1/state/n");
            int next = before.Length == 0 ? 1 : int.Parse(before) + 1;
            using HttpResponseMessage saved = await world.Client.PostAsync(
                "T/1/state", new StringContent($$$"""[{"operation":"upsert","request":{"key":"n","value":{{{next}}}}}]"""));
            http.Response.StatusCode = saved.StatusCode == HttpStatusCode.NoContent ? 200 : 500;
            Interlocked.Decrement(ref inside);
        });

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => world.Client.PostAsync("T/1/method/add", null)));

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK);
        overlaps.Should().BeEmpty();
        world.Store.Text("web||T||1||n").Should().Be("200");
    }

    [Fact]
    public async Task ClientThatDisconnectsWhileWaiting_LeavesTheQueue()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using HttpWorld world = await HttpWorld.StartAsync(_ => hold.Task);
        Task<HttpResponseMessage> first = world.Client.PostAsync("T/1/method/m", null);
        await Eventually.TrueAsync(() => world.Runtime.Statistics().Types.Single().Turns == 1, "the first call to run");
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> second = world.Client.PostAsync("T/1/method/m", null, leaving.Token);
        await Eventually.TrueAsync(() => world.Runtime.Statistics().Types.Single().Waiting == 1, "the second call to wait");

        await leaving.CancelAsync();
        await Eventually.TrueAsync(() => world.Runtime.Statistics().Types.Single().Waiting == 0, "it to leave");

        hold.SetResult();
        (await first).StatusCode.Should().Be(HttpStatusCode.OK);
        await ((Func<Task>)(() => second)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Check106_OverHttp_AppThatIsGone_ActorsAnswerElsewhereWithinTwoSeconds()
    {
        await using HttpWorld world = await HttpWorld.StartAsync(_ => Task.CompletedTask);
        var other = new FakeApp();
        await world.Runtime.HostReadyAsync(new FakeSidecar("web", 1, other), ActorWorld.Hosting("T"), CancellationToken.None);
        for (int n = 0; n < 50; n++) await world.Client.PostAsync($"T/{n}/method/m", null);
        int elsewhere = other.Puts.Count();
        elsewhere.Should().BeInRange(1, 49);

        await world.StopAppAsync();
        long start = TimeProvider.System.GetTimestamp();
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 50).Select(n => world.Client.PostAsync($"T/{n}/method/m", null))];
        await world.Runtime.HostGoneAsync(world.Sidecar, graceful: false, CancellationToken.None);
        HttpResponseMessage[] answers = await Task.WhenAll(calls);

        answers.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.OK);
        other.Puts.Should().HaveCount(elsewhere + 50);
        TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(2));
    }
}
