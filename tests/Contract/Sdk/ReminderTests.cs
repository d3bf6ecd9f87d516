using System.Text.Json;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class ReminderTests
{
    private const string Target = "/v1.0/actors/Counter/a/reminders/r";

    [Theory]
    [InlineData("reminder", """{"dueTime":"0h0m5s0ms","period":"24h0m0s1ms","data":"dGVh"}""")]
    [InlineData("once", """{"dueTime":"0h0m0s0ms","period":""}""")]
    [InlineData("repeated", """{"dueTime":"0h0m1s0ms","period":"R5/PT10S","data":""}""")]
    [InlineData("lived", """{"dueTime":"0h0m1s0ms","period":"R3/PT1M","ttl":"2h0m0s0ms","data":""}""")]
    public async Task B30_Registration_IsSentToTheSidecar(string kind, string body)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync("RegisterAsync", JsonSerializer.Serialize(kind))).Status.Should().Be(200);

        FakeCall call = app.Sidecar.Calls.Should().ContainSingle(call => call.Target == Target).Subject;
        (call.Method, call.Body).Should().Be(("PUT", body));
    }

    [Fact]
    public async Task B30_Unregister_DeletesIt()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await app.CallAsync("RegisterAsync", "\"unremind\"");

        app.Sidecar.Calls.Should().ContainSingle(call => call.Method == "DELETE" && call.Target == Target);
    }

    [Theory]
    [InlineData("""{"data":"dGVh","dueTime":"1s","period":"@every 10s"}""", "got r tea 1 10")]
    [InlineData("""{"dueTime":"0h1m0s500ms"}""", "got r nothing 60.5 -0.001")]
    [InlineData("""{"dueTime":"PT5S","period":"R3/PT1H30M"}""", "got r nothing 5 5400")]
    public async Task B30_Get_UnderstandsWhatTheSidecarMadeOfIt(string stored, string got)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.ReminderAnswer = new FakeAnswer(200, stored);

        (await app.CallAsync("RegisterAsync", "\"get\"")).Status.Should().Be(200);

        app.Diary.Lines.Should().Contain(got);
    }

    [Fact]
    public async Task B30_GetMissing_IsADaprApiException()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync("RegisterAsync", "\"get\"")).Status.Should().Be(500);

        app.Diary.Lines.Should().Contain("failed DaprApiException");
    }

    [Theory]
    [InlineData("""{"data":"dGVh","dueTime":"","period":""}""", "reminded r tea -1 -1")]
    [InlineData("""{"dueTime":"0h0m5s0ms","period":"1h0m0s0ms"}""", "reminded r nothing 5000 3600000")]
    public async Task B30_Firing_IsATurnThatActivatesAndSaves(string body, string line)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (int status, string answer, _) = await app.App.SendAsync(HttpMethod.Put, "/actors/Counter/a/method/remind/r", body);

        (status, answer).Should().Be((200, ""));
        app.Diary.Lines.Should().Equal("activated", "pre ReceiveReminderAsync ReminderMethod", line, "post");
        app.Store.Values["Counter/a/count"].Should().Be("10");
    }

    [Fact]
    public async Task B30_Firing_ForActorsThatTakeNone_IsIgnored()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.App.SendAsync(HttpMethod.Put, "/actors/StateActor/a/method/remind/r", "{}")).Status.Should().Be(200);
    }

    [Fact]
    public async Task B30_Firing_WithDataThatIsNoBase64_Is500()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.App.SendAsync(HttpMethod.Put, "/actors/Counter/a/method/remind/r", """{"data":{"x":1}}""")).Status.Should().Be(500);
    }

    [Fact]
    public async Task B31_Timer_IsRegisteredWithItsCallback_AndRemoved()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await app.CallAsync("RegisterAsync", "\"timer\"");
        await app.CallAsync("RegisterAsync", "\"untimer\"");

        FakeCall[] calls = [.. app.Sidecar.Calls.Where(call => call.Target == "/v1.0/actors/Counter/a/timers/t%201")];
        calls.Select(call => call.Method).Should().Equal("PUT", "DELETE");
        calls[0].Body.Should().Be("""{"dueTime":"0h0m1s0ms","period":"0h0m2s0ms","ttl":"0h0m3s0ms","callback":"OnTimerAsync","data":"dGVh"}""");
    }

    [Theory]
    [InlineData("""{"callback":"OnTimerAsync","data":"dGVh","dueTime":"5s","period":"1s"}""", "timer tea")]
    [InlineData("""{"callback":"OnTimerAsync"}""", "timer nothing")]
    public async Task B31_Firing_CallsThePrivateMethodAsATurn(string body, string line)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (int status, string answer, _) = await app.App.SendAsync(HttpMethod.Put, "/actors/Counter/a/method/timer/t", body);

        (status, answer).Should().Be((200, "true"));
        app.Diary.Lines.Should().Equal("activated", "pre OnTimerAsync TimerMethod", line, "post");
        app.Saves.Should().HaveCount(1);
    }

    [Theory, InlineData("OnOverloadedAsync"), InlineData("OnNumber"), InlineData("OnTwoAsync"), InlineData("NoSuchAsync")]
    public async Task B31_InvalidCallback_IsRefused(string callback)
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync("RegisterAsync", JsonSerializer.Serialize(callback))).Status.Should().Be(500);

        app.Diary.Lines.Should().Contain("failed ArgumentException");
        app.Sidecar.Calls.Should().NotContain(call => call.Target.Contains("/timers/"));
    }

    [Fact]
    public async Task B31_StaticCallbackAndGeneratedName_AreFine()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync("RegisterAsync", "\"OnStaticTimerAsync\"")).Status.Should().Be(200);

        app.Sidecar.Calls.Should().ContainSingle(call => call.Target.StartsWith("/v1.0/actors/Counter/a/timers/Counter_Timer_", StringComparison.Ordinal));
    }
}
