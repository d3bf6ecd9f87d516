namespace DaprTrading.Tests.Contract.Actors;

public sealed class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Check097_TimerWithRepetitions_FiresExactlyThatOften()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer created = await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"1s","period":"R3/PT1S","callback":"cb","data":{"x":1}}""");
        (created.Status, created.Body).Should().Be((204, ""));
        world.App.Requests.Should().BeEmpty();
        for (int n = 1; n <= 3; n++)
        {
            await world.Time.UntilArmedAsync(Second);
            world.Time.Advance(Second);
            await Eventually.TrueAsync(() => world.App.Requests.Count == n, $"firing {n}");
        }

        await Eventually.TrueAsync(() => world.Statistics().Timers == 0, "the end of the timer");
        world.Time.Advance(TimeSpan.FromMinutes(1));
        world.App.Requests.Should().HaveCount(3).And.OnlyContain(request =>
            request.ToString() == "PUT /actors/T/1/method/timer/t" && request.ContentType == "application/json"
            && request.Body == """{"callback":"cb","data":{"x":1},"dueTime":"1s","period":"R3/PT1S"}""");
    }

    [Fact]
    public async Task Check097_DeletedTimer_Stops()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"1s","period":"1s"}""");
        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.App.Requests.Count == 1, "the first firing");
        await world.Time.UntilArmedAsync(Second);

        ApiAnswer deleted = await world.SendAsync("DELETE", "T/1/timers/t");
        ApiAnswer again = await world.SendAsync("DELETE", "T/1/timers/t");
        world.Time.Advance(TimeSpan.FromSeconds(10));

        (deleted.Status, again.Status).Should().Be((204, 204));
        world.Statistics().Timers.Should().Be(0);
        world.App.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Check098_CallbackSlowerThanThePeriod_NeverOverlaps()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var holds = new System.Collections.Concurrent.BlockingCollection<TaskCompletionSource>();
        world.App.Script = async (_, _) =>
        {
            var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            holds.Add(hold);
            await hold.Task;
            return FakeApp.Answer(200);
        };
        await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"1s","period":"1s"}""");

        world.Time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => holds.Count == 1, "the first callback");
        world.Time.Advance(TimeSpan.FromSeconds(5));
        world.App.Requests.Should().ContainSingle("the second waits for the first to return");
        holds.Take().SetResult();

        await Eventually.TrueAsync(() => holds.Count == 1, "the second callback");
        world.App.Requests.Should().HaveCount(2);
        await world.SendAsync("DELETE", "T/1/timers/t");
        holds.Take().SetResult();
    }

    [Fact]
    public async Task TimerOfTheSameName_ReplacesTheOld()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"1s","data":1}""");
        await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"PT1S","data":2}""");

        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.Statistics().Timers == 0, "the firing");

        world.App.Requests.Should().ContainSingle().Which.Body.Should().Contain("\"data\":2");
    }

    [Fact]
    public async Task FailingCallback_DoesNotStopTheTimer()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        world.App.Script = (_, _) => Task.FromResult(FakeApp.Answer(500));
        await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"1s","period":"1s"}""");

        for (int n = 1; n <= 3; n++)
        {
            await world.Time.UntilArmedAsync(Second);
            world.Time.Advance(Second);
            await Eventually.TrueAsync(() => world.App.Requests.Count == n, $"firing {n}");
        }
    }

    [Fact]
    public async Task Ttl_EndsTheTimer()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.SendAsync("POST", "T/1/timers/t", """{"dueTime":"1s","period":"1s","ttl":"1500ms"}""");

        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.App.Requests.Count == 1, "the first firing");
        await world.Time.UntilArmedAsync(Second);
        world.Time.Advance(Second);
        await Eventually.TrueAsync(() => world.Statistics().Timers == 0, "the end of the timer");

        world.App.Requests.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("T", """{"period":"R0/PT1S"}""", "period has zero repetitions")]
    [InlineData("T", """{"dueTime":"soon"}""", "unsupported duration format: soon")]
    [InlineData("T", """{"dueTime":"PT0.5S"}""", "unsupported duration format: PT0.5S")]
    [InlineData("T", """{"dueTime":"1s","ttl":"2020-01-01T00:00:00Z"}""", "has already expired")]
    [InlineData("Other", """{"dueTime":"1s"}""", "actor type Other is not hosted here")]
    public async Task TimerThatCannotBe_IsACreateError(string type, string body, string error)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync("POST", $"{type}/1/timers/t", body);

        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("ERR_ACTOR_TIMER_CREATE").And.Contain("error creating actor timer: ").And.Contain(error);
    }

    [Theory, InlineData("timers"), InlineData("reminders")]
    public async Task BodyThatIsNotJson_IsMalformed(string kind)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync("POST", $"T/1/{kind}/t", "nonsense");

        answer.Status.Should().Be(400);
        answer.Body.Should().Contain("ERR_MALFORMED_REQUEST");
    }

    [Theory, InlineData("timers"), InlineData("reminders")]
    public async Task InvalidName_IsABadRequest(string kind)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync("POST", $"T/1/{kind}/..", """{"dueTime":"1s"}""");

        answer.Status.Should().Be(400);
        answer.Body.Should().Contain("ERR_BAD_REQUEST");
    }
}
