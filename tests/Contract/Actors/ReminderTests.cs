using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class ReminderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Check099_ReminderWithADueTime_FiresOnce()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer created = await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s","data":"d"}""");
        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.Statistics().Reminders == 0 && world.Store.Keys.Count == 0, "the firing, and the stored reminder to go");
        world.Time.Advance(TimeSpan.FromMinutes(1));

        (created.Status, created.Body).Should().Be((204, ""));
        AppRequest request = world.App.Requests.Should().ContainSingle().Subject;
        (request.ToString(), request.Body, request.ContentType).Should()
            .Be(("PUT /actors/T/1/method/remind/r", """{"data":"d","dueTime":"","period":""}""", "application/json"));
    }

    [Fact]
    public async Task Check100_ReminderWithRepetitions_FiresExactlyThatOften_AlsoAcrossARestart()
    {
        var store = new FakeStore();
        await using (ActorWorld before = await ActorWorld.StartAsync(store: store))
        {
            await before.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s","period":"R5/PT1S"}""");
            for (int n = 1; n <= 2; n++) await FireAsync(before, n);
            await before.Time.UntilArmedAsync(Second);
        }

        await using var after = new ActorWorld(store);
        after.Time.Advance(TimeSpan.FromSeconds(2));
        await after.ReadyAsync(after.Web);
        for (int n = 1; n <= 3; n++) await FireAsync(after, n);
        await Eventually.TrueAsync(() => after.Statistics().Reminders == 0, "the end of the reminder");
        after.Time.Advance(TimeSpan.FromMinutes(1));

        after.App.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task Check100_ReminderOverdueAtStart_FiresAtOnceAndThenOnItsGrid()
    {
        var store = new FakeStore();
        await using (ActorWorld before = await ActorWorld.StartAsync(store: store))
        {
            await before.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"10s","period":"10s"}""");
        }

        await using var after = new ActorWorld(store);
        after.Time.Advance(TimeSpan.FromSeconds(34));
        await after.ReadyAsync(after.Web);
        await Eventually.TrueAsync(() => after.App.Requests.Count == 1, "the overdue firing");
        await after.Time.UntilArmedAsync(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Check101_GetAndDelete()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1234/reminders/r", """{"dueTime":"1s","period":"PT1S","data":"x","ttl":"2552-01-01T00:00:00Z"}""");

        ApiAnswer found = await world.SendAsync("GET", "T/1234/reminders/r");
        ApiAnswer deleted = await world.SendAsync("DELETE", "T/1234/reminders/r");
        ApiAnswer missing = await world.SendAsync("GET", "T/1234/reminders/r");
        ApiAnswer deletedAgain = await world.SendAsync("DELETE", "T/1234/reminders/r");

        found.Status.Should().Be(200);
        found.Body.Should().Be(
            """{"actorID":"1234","actorType":"T","data":"x","dueTime":"1s","period":"@every 1s","ttl":"2552-01-01T00:00:00Z"}""");
        (deleted.Status, deletedAgain.Status).Should().Be((204, 204));
        missing.Status.Should().Be(404);
        missing.Body.Should().Be("""{"errorCode":"ERR_ACTOR_REMINDER_NOT_FOUND","message":"actor reminder not found: r"}""");
    }

    [Fact]
    public async Task Check102_Overwrite()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s","data":1}""");

        ApiAnswer refused = await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s","data":2,"overwrite":false}""");
        (await world.SendAsync("GET", "T/1/reminders/r")).Body.Should().Contain("\"data\":1");
        ApiAnswer replaced = await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"2s","data":3}""");
        world.Time.Advance(Second);
        world.App.Requests.Should().BeEmpty();
        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.Statistics().Reminders == 0, "the firing");

        refused.Status.Should().Be(409);
        refused.Body.Should().Be("""{"errorCode":"ERR_ACTOR_REMINDER_ALREADY_EXISTS","message":"actor reminder already exists: r"}""");
        replaced.Status.Should().Be(204);
        world.App.Requests.Should().ContainSingle().Which.Body.Should().Contain("\"data\":3");
    }

    [Theory, InlineData("POST"), InlineData("GET"), InlineData("DELETE")]
    public async Task Check103_TypeNotHostedHere_IsForbidden(string verb)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync(verb, "Other/1/reminders/r", """{"dueTime":"1s"}""");

        answer.Status.Should().Be(403);
        answer.Body.Should().Contain("ERR_ACTOR_REMINDER_NON_HOSTED");
    }

    [Theory]
    [InlineData("""{"period":"P1D"}""", "unsupported period format: P1D")]
    [InlineData("""{"period":"P1W"}""", "unsupported period format: P1W")]
    [InlineData("""{"period":"0s"}""", "period must be above zero: 0s")]
    [InlineData("""{}""", "job must have either a due time or a schedule")]
    [InlineData("""{"dueTime":"1s","ttl":"5s"}""", "ttl requires a period")]
    [InlineData("""{"dueTime":"1h","period":"1s","ttl":"2026-01-05T09:30:00Z"}""", "ends before the due time")]
    [InlineData("""{"dueTime":"whenever"}""", "unsupported duration format: whenever")]
    public async Task Check103_TimesThatCannotBe_AreACreateError(string body, string error)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync("POST", "T/1/reminders/r", body);

        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("ERR_ACTOR_REMINDER_CREATE").And.Contain("error creating actor reminder: ").And.Contain(error);
        world.Statistics().Reminders.Should().Be(0);
    }

    [Fact]
    public async Task Check104_FailedCallback_IsRepeatedThreeTimesASecondApart_ThenTheNextPeriod()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(500));
        await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s","period":"10s"}""");

        for (int n = 1; n <= 4; n++) await FireAsync(world, n);

        await world.Time.UntilArmedAsync(TimeSpan.FromSeconds(7));
        world.App.Requests.Should().HaveCount(4);
    }

    [Fact]
    public async Task PeriodOnly_FiresFirstAfterThePeriod()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        await world.SendAsync("POST", "T/1/reminders/r", """{"period":"1m30s"}""");

        await world.Time.UntilArmedAsync(TimeSpan.FromSeconds(90));
        (await world.SendAsync("GET", "T/1/reminders/r")).Body.Should().Be("""{"actorID":"1","actorType":"T","period":"@every 1m30s"}""");
    }

    [Fact]
    public async Task StoreThatCannotBeReached_FailsTheCreate()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("GET", "T/1/reminders/r");
        world.Store.Failure = new ComponentException("connection refused");

        ApiAnswer answer = await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s"}""");
        world.Store.Failure = null;

        answer.Status.Should().Be(500);
        answer.Body.Should().Be("""{"errorCode":"ERR_ACTOR_REMINDER_CREATE","message":"error creating actor reminder: connection refused"}""");
        (await world.SendAsync("GET", "T/1/reminders/r")).Status.Should().Be(404);
    }

    [Fact]
    public async Task StoreThatIsBackLater_IsReadThen()
    {
        var store = new FakeStore();
        await using (ActorWorld before = await ActorWorld.StartAsync(store: store))
        {
            await before.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"0s"}""");
            await Eventually.TrueAsync(() => before.App.Requests.Count == 1, "the firing");
            await before.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s"}""");
        }

        store.Failure = new ComponentException("connection refused");
        await using ActorWorld after = await ActorWorld.StartAsync(store: store);
        await after.Time.UntilArmedAsync(Second);
        store.Failure = null;
        after.Time.Advance(Second);

        await Eventually.TrueAsync(() => after.App.Requests.Count == 1, "the firing");
    }

    [Fact]
    public async Task FiringThatCouldNotBeRecorded_IsRecordedWhenTheStoreIsBack()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"5s"}""");
        world.Store.Failure = new ComponentException("connection refused");
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => world.App.Requests.Count == 1, "the firing");
        await world.Time.UntilArmedAsync(Second);
        world.Store.Keys.Should().ContainSingle("it could not be removed");

        world.Store.Failure = null;
        world.Time.Advance(Second);

        await Eventually.TrueAsync(() => world.Store.Keys.Count == 0, "the stored reminder to go");
    }

    [Fact]
    public async Task ReminderOfATypeWithoutHost_WaitsForOne()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1/reminders/r", """{"dueTime":"1s"}""");
        await world.Runtime.HostGoneAsync(world.Web, graceful: true, CancellationToken.None);

        world.Time.Advance(TimeSpan.FromMinutes(5));
        world.App.Requests.Should().BeEmpty();
        await world.ReadyAsync(world.Web);

        await Eventually.TrueAsync(() => world.App.Requests.Count == 1, "the firing");
    }

    [Fact]
    public async Task ManyReminders_AreSpreadOverABoundedNumberOfDocuments()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        for (int n = 0; n < 2_000; n++) await world.SendAsync("POST", $"T/{n}/reminders/r", """{"dueTime":"1h"}""");

        world.Statistics().Reminders.Should().Be(2_000);
        world.Store.Keys.Should().HaveCountLessThanOrEqualTo(256).And.OnlyContain(key => key.StartsWith("web||dapr.local.reminders||", StringComparison.Ordinal));
        world.Store.Keys.Max(key => world.Store.Text(key)!.Length).Should().BeLessThan(8_000);
    }

    private static async Task FireAsync(ActorWorld world, int count)
    {
        await world.Time.UntilArmedAsync(Second);
        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.App.Requests.Count == count, $"firing {count}");
    }
}
