using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Rules of actors that stand in the text and tables only.</summary>
internal static class TextActorChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(166, "5.2: a method the app does not have", async s =>
        {
            s.App.Answer(s.Mark, 404);
            (await s.Web.Post(Of(s, "method/m"))).Is(500, "ERR_ACTOR_INVOKE_METHOD", $"actor method not found: actors/T/{s.Mark}/method/m");
        }),
        new(167, "5.3: types of dapr.internal. are reserved", async s =>
        {
            (await s.Web.Get("/v1.0/actors/dapr.internal.x/1/state/k")).Is(403, "ERR_ACTOR_TYPE_RESERVED");
            (await s.Web.Post("/v1.0/actors/dapr.internal.x/1/timers/t", "{}")).Is(403, "ERR_ACTOR_TYPE_RESERVED");
            (await s.Web.Post("/v1.0/actors/dapr.internal.x/1/reminders/r", "{}")).Is(403, "ERR_ACTOR_TYPE_RESERVED");
        }) { Since = new("1.18") },
        new(168, "5.3: names that could change a path are 400 ERR_BAD_REQUEST", async s =>
        {
            (await s.Web.Post("/v1.0/actors/a%2Fb/1/method/m", "1")).Is(400, "ERR_BAD_REQUEST", "invalid request: invalid actorType");
            (await s.Web.Post("/v1.0/actors/T/a%23b/method/m", "1")).Is(400, "ERR_BAD_REQUEST", "invalid request: invalid actorId");
            (await s.Web.Post(Of(s, "reminders/a%3Fb"), """{"dueTime":"1s"}""")).Is(400, "ERR_BAD_REQUEST");
            (await s.Web.Post(Of(s, "timers/a%0Ab"), """{"dueTime":"1s"}""")).Is(400, "ERR_BAD_REQUEST");
        }) { Since = new("1.18") },
        new(169, "5.4: every verb arrives as PUT, with the query and marked as a call of the API", async s =>
        {
            foreach (string verb in (string[])["GET", "POST", "PUT", "DELETE"]) (await s.Web.Send(verb, Of(s, $"method/{verb}?x=1"), null, null, ("X-Own", "y"))).Is(200);
            foreach (string verb in (string[])["GET", "POST", "PUT", "DELETE"])
            {
                Seen seen = s.App.All.Single(one => one.Target == $"/actors/T/{s.Mark}/method/{verb}?x=1");
                Stage.Equal("PUT true y", $"{seen.Method} {seen.Header("Dapr-Api-Call")} {seen.Header("X-Own")}", "call");
            }
        }),
        new(170, "5.4: what the app says to a failed method is part of the error, and it is called once", async s =>
        {
            s.App.Answer(s.Mark, 500, "boom", "text/plain");
            (await s.Web.Post(Of(s, "method/m"))).Is(500, "ERR_ACTOR_INVOKE_METHOD", "error invoke actor method: error from actor service: (500) boom");
            Stage.Equal(1, s.App.Of(s.Mark).Count, "calls");
        }),
        new(171, "5.5: an unknown operation is 500 ERR_ACTOR_STATE_TRANSACTION_SAVE; no JSON is 400", async s =>
        {
            (await s.Web.Post(Of(s, "method/m"))).Is(200);
            (await s.Web.Post(Of(s, "state"), """[{"operation":"swap","request":{"key":"k"}}]""")).Is(500, "ERR_ACTOR_STATE_TRANSACTION_SAVE");
            (await s.Web.Post(Of(s, "state"), "[{")).Is(400, "ERR_MALFORMED_REQUEST");
        }),
        new(172, "5.5: deleting and saving in one transaction; several keys", async s =>
        {
            (await s.Web.Post(Of(s, "method/m"))).Is(200);
            (await s.Web.Send("PUT", Of(s, "state"), """[{"operation":"upsert","request":{"key":"a","value":"x"}},{"operation":"upsert","request":{"key":"b","value":{"c":1}}}]""", "text/plain")).Is(204);
            (await s.Web.Post(Of(s, "state"), """[{"operation":"delete","request":{"key":"a"}},{"operation":"upsert","request":{"key":"b","value":null}}]""")).Is(204);
            (await s.Web.Get(Of(s, "state/a"))).Is(204);
            (await s.Web.Get(Of(s, "state/b"))).Is(200).Says("null");
        }),
        new(173, "5.6: a timer with bad times or a foreign type is 500 ERR_ACTOR_TIMER_CREATE; DELETE of none is 204", async s =>
        {
            (await s.Web.Post(Of(s, "timers/t"), """{"dueTime":"soon"}""")).Is(500, "ERR_ACTOR_TIMER_CREATE");
            (await s.Web.Post(Of(s, "timers/t"), """{"period":"R0/PT1S"}""")).Is(500, "ERR_ACTOR_TIMER_CREATE");
            (await s.Web.Post(Of(s, "timers/t"), """{"dueTime":"1s","period":"1s","ttl":"2001-01-01T00:00:00Z"}""")).Is(500, "ERR_ACTOR_TIMER_CREATE");
            (await s.Web.Post("/v1.0/actors/NoOnes/1/timers/t", """{"dueTime":"1s"}""")).Is(500, "ERR_ACTOR_TIMER_CREATE");
            (await s.Web.Delete(Of(s, "timers/none"))).Is(204);
        }),
        new(174, "5.7: a reminder without times, or a ttl without a period, is 500 ERR_ACTOR_REMINDER_CREATE; DELETE of none is 204", async s =>
        {
            (await s.Web.Post(Of(s, "reminders/r"), """{"data":1}""")).Is(500, "ERR_ACTOR_REMINDER_CREATE", "job must have either a due time or a schedule");
            (await s.Web.Post(Of(s, "reminders/r"), """{"dueTime":"1h","ttl":"2h"}""")).Is(500, "ERR_ACTOR_REMINDER_CREATE");
            (await s.Web.Post(Of(s, "reminders/r"), """{"period":"P1M"}""")).Is(500, "ERR_ACTOR_REMINDER_CREATE", "unsupported period format");
            (await s.Web.Post(Of(s, "reminders/r"), """{"dueTime":"PT0.5S"}""")).Is(500, "ERR_ACTOR_REMINDER_CREATE");
            (await s.Web.Delete(Of(s, "reminders/none"))).Is(204);
        }),
        new(175, "5.7: GET tells a reminder back as registered; ttl only when it is a moment", async s =>
        {
            (await s.Web.Post(Of(s, "reminders/r"), """{"dueTime":"1h","period":"PT2H","ttl":"2552-01-01T00:00:00Z","data":{"a":1}}""")).Is(204);
            var reminder = (await s.Web.Get(Of(s, "reminders/r"))).Is(200).Json;
            Stage.Equal("""1h {"a":1} 2552-01-01T00:00:00Z""", $"{reminder.GetProperty("dueTime").GetString()} {reminder.GetProperty("data").GetRawText()} {reminder.GetProperty("ttl").GetString()}", "reminder");
            Stage.True(reminder.GetProperty("period").GetString()!.StartsWith("@every 2h", StringComparison.Ordinal), $"the period as cron, got {reminder}");
            (await s.Web.Post(Of(s, "reminders/short"), """{"dueTime":"1h","period":"2h","ttl":"9h"}""")).Is(204);
            Stage.True(!(await s.Web.Get(Of(s, "reminders/short"))).Is(200).Json.TryGetProperty("ttl", out _), "no ttl of a duration");
            (await s.Web.Delete(Of(s, "reminders/r"))).Is(204);
            (await s.Web.Delete(Of(s, "reminders/short"))).Is(204);
        }),
        new(176, "5.7: failure_policy drop: a failed callback is not repeated", async s =>
        {
            s.App.On(seen => seen.Has(s.Mark) && seen.Path.EndsWith("/remind/dropped", StringComparison.Ordinal), 500);
            (await s.Web.Post(Of(s, "reminders/dropped"), """{"dueTime":"50ms","failure_policy":{"drop":{}}}""")).Is(204);
            (await s.Web.Post(Of(s, "reminders/later"), """{"dueTime":"2500ms"}""")).Is(204);
            await s.ArrivedAsync($"/actors/T/{s.Mark}/method/remind/later");
            Stage.Equal(1, s.App.All.Count(seen => seen.Path == $"/actors/T/{s.Mark}/method/remind/dropped"), "callbacks");
        }) { Since = new("1.17") },
    ];

    private static string Of(Stage s, string rest) => $"/v1.0/actors/T/{s.Mark}/{rest}";
}
