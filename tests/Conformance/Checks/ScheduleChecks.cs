using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Timers and reminders. That nothing more comes is shown by a later, single firing.</summary>
internal static class ScheduleChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(97, "a timer fires exactly as often as it repeats, with callback and data; DELETE stops it", async s =>
        {
            (await s.Web.Post(Timer(s, "three"), """{"dueTime":"100ms","period":"R3/PT1S","callback":"cb","data":{"x":1}}""")).Is(204);
            (await s.Web.Post(Timer(s, "stopped"), """{"dueTime":"100ms","period":"300ms","callback":"cb"}""")).Is(204);
            (await s.Web.Post(Timer(s, "after"), """{"dueTime":"4s","callback":"cb"}""")).Is(204);
            await FiredAsync(s, "timer/stopped", 1);
            (await s.Web.Delete(Timer(s, "stopped"))).Is(204);
            int stopped = Fired(s, "timer/stopped");
            await FiredAsync(s, "timer/after", 1);
            Stage.Equal(3, Fired(s, "timer/three"), "firings");
            Stage.True(Fired(s, "timer/stopped") - stopped <= 1, "no firing after DELETE but one that was under way");
            Seen seen = s.App.Of(s.Mark).First(one => one.Path.EndsWith("timer/three", StringComparison.Ordinal));
            Stage.Equal("PUT", seen.Method, "method");
            Stage.Equal("cb", seen.Json.GetProperty("callback").GetString(), "callback");
            Stage.Equal("""{"x":1}""", seen.Json.GetProperty("data").GetRawText(), "data");
        }),
        new(98, "callbacks slower than the period never overlap", async s =>
        {
            int running = 0, most = 0;
            s.App.On(seen => seen.Has(s.Mark), async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await ActorChecks.PauseAsync(TimeSpan.FromMilliseconds(120));
                Interlocked.Decrement(ref running);
            });
            (await s.Web.Post(Timer(s, "fast"), """{"dueTime":"10ms","period":"30ms","callback":"cb"}""")).Is(204);
            await FiredAsync(s, "timer/fast", 4);
            (await s.Web.Delete(Timer(s, "fast"))).Is(204);
            Stage.Equal(1, most, "callbacks at once");
        }),
        new(99, "a reminder with dueTime only fires once, with its data", async s =>
        {
            (await s.Web.Post(Reminder(s, "once"), """{"dueTime":"200ms","data":"d"}""")).Is(204);
            (await s.Web.Post(Reminder(s, "after"), """{"dueTime":"2s"}""")).Is(204);
            await FiredAsync(s, "remind/once", 1);
            await FiredAsync(s, "remind/after", 1);
            Stage.Equal(1, Fired(s, "remind/once"), "firings");
            Seen seen = s.App.Of(s.Mark).First(one => one.Path.EndsWith("remind/once", StringComparison.Ordinal));
            Stage.Equal("""PUT {"data":"d","dueTime":"","period":""}""", $"{seen.Method} {seen.Body}", "callback");
        }),
        new(100, "a repeating reminder fires exactly as often as it says, across a restart", async s =>
        {
            NodeSetup setup = s.Setup() with { Configuration = """{"entities":["T"]}""" };
            IWorld first = await s.WorldAsync();
            Node before = await s.AddAsync(first, setup);
            (await before.Post(Reminder(s, "five"), """{"dueTime":"100ms","period":"R5/PT1S"}""")).Is(204);
            (await before.Post(Reminder(s, "after"), """{"dueTime":"7s"}""")).Is(204);
            await s.UntilAsync(() => Fired(before, "remind/five") >= 2, "two firings");
            await first.DisposeAsync();
            Node after = await s.NodeAsync(setup);
            await s.UntilAsync(() => Fired(after, "remind/after") == 1, "the later reminder");
            Stage.Equal(5, Fired(before, "remind/five") + Fired(after, "remind/five"), "firings");
        }) { Own = "a restart" },
        new(101, "GET of a reminder shows it in cron form; after DELETE it is 404", async s =>
        {
            (await s.Web.Post(Reminder(s, "r"), """{"dueTime":"1h","period":"1s","data":"x"}""")).Is(204);
            JsonElement found = (await s.Web.Get(Reminder(s, "r"))).Is(200).Json;
            Stage.Equal("@every 1s", found.GetProperty("period").GetString(), "period");
            Stage.Equal($"T {s.Mark}", $"{found.GetProperty("actorType").GetString()} {found.GetProperty("actorID").GetString()}", "actor");
            (await s.Web.Delete(Reminder(s, "r"))).Is(204);
            (await s.Web.Get(Reminder(s, "r"))).Is(404, "ERR_ACTOR_REMINDER_NOT_FOUND");
        }) { Since = new("1.17") },
        new(102, "overwrite false on an existing reminder is 409; without it the reminder is replaced", async s =>
        {
            (await s.Web.Post(Reminder(s, "r"), """{"dueTime":"1h"}""")).Is(204);
            (await s.Web.Post(Reminder(s, "r"), """{"dueTime":"2h","overwrite":false}""")).Is(409, "ERR_ACTOR_REMINDER_ALREADY_EXISTS");
            (await s.Web.Post(Reminder(s, "r"), """{"dueTime":"3h"}""")).Is(204);
            Stage.Equal("3h", (await s.Web.Get(Reminder(s, "r"))).Is(200).Json.GetProperty("dueTime").GetString(), "dueTime");
            (await s.Web.Delete(Reminder(s, "r"))).Is(204);
        }) { Since = new("1.17") },
        new(103, "a reminder of a type hosted elsewhere is 403; a period in days is 500", async s =>
        {
            (await s.Web.Post($"/v1.0/actors/Nobody/{s.Mark}/reminders/r", """{"dueTime":"1s"}""")).Is(403, "ERR_ACTOR_REMINDER_NON_HOSTED");
            (await s.Web.Post(Reminder(s, "r"), """{"dueTime":"1s","period":"P1D"}""")).Is(500, "ERR_ACTOR_REMINDER_CREATE");
        }),
        new(104, "a reminder callback that fails is repeated up to three times", async s =>
        {
            s.App.On(seen => seen.Path.EndsWith($"{s.Mark}/method/remind/bad", StringComparison.Ordinal), 500);
            (await s.Web.Post(Reminder(s, "bad"), """{"dueTime":"100ms"}""")).Is(204);
            (await s.Web.Post(Reminder(s, "after"), """{"dueTime":"6s"}""")).Is(204);
            await FiredAsync(s, "remind/after", 1);
            Stage.Equal(4, Fired(s, "remind/bad"), "calls");
        }),
    ];

    private static string Timer(Stage s, string name) => ActorChecks.Actor(s, "T", "timers/" + name);

    private static string Reminder(Stage s, string name) => ActorChecks.Actor(s, "T", "reminders/" + name);

    private static int Fired(Stage s, string callback) => s.App.Of(s.Mark).Count(seen => seen.Path.EndsWith("/method/" + callback, StringComparison.Ordinal));

    private static int Fired(Node node, string callback) => node.App.All.Count(seen => seen.Path.EndsWith("/method/" + callback, StringComparison.Ordinal));

    private static Task FiredAsync(Stage s, string callback, int times) => s.UntilAsync(() => Fired(s, callback) >= times, $"{times} × {callback}");
}
