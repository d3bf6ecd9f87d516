using System.Text;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Conformance.Checks;

/// <summary>What an app's answer to a delivery means.</summary>
internal static class AnswerChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(48, "2xx with SUCCESS, another body or none is done: one call", async s =>
        {
            (int Status, string Body)[] answers = [(200, ""), (200, """{"status":"SUCCESS"}"""), (204, ""), (200, "hello"), (200, "{}")];
            for (int i = 0; i < answers.Length; i++)
            {
                s.App.Answer($"{s.Mark}#{i}#", answers[i].Status, answers[i].Body);
                (await s.Web.Send("POST", "/v1.0/publish/bus-retry/conf-retry", $"\"{s.Mark}#{i}#\"", "application/json")).Is(204);
            }

            for (int i = 0; i < answers.Length; i++) await s.ArrivedAsync("/retry", $"{s.Mark}#{i}#");
            await SentinelAsync(s);
            for (int i = 0; i < answers.Length; i++) Stage.Equal(1, s.App.Of($"{s.Mark}#{i}#").Count, $"calls with answer {answers[i]}");
        }),
        new(49, "DROP: one call, and the event goes unchanged to the dead-letter topic", async s =>
        {
            s.App.On(seen => seen.Path == "/retry" && seen.Has(s.Mark + "-drop"), 200, """{"status":"DROP"}""");
            Seen dead = await DyingAsync(s, "-drop");
            Stage.Equal("conf-retry", dead.Json.GetProperty("topic").GetString(), "topic of the dead letter");
            Stage.Equal(s.App.Of(s.Mark + "-drop", "/retry")[0].Body, dead.Body, "body of the dead letter");
            Stage.Equal(1, s.App.Of(s.Mark + "-drop", "/retry").Count, "calls");
        }),
        new(50, "404 is the same as DROP", async s =>
        {
            s.App.On(seen => seen.Path == "/retry" && seen.Has(s.Mark + "-drop"), 404);
            await DyingAsync(s, "-drop");
            Stage.Equal(1, s.App.Of(s.Mark + "-drop", "/retry").Count, "calls");
        }),
        new(51, "500 without a policy: the dead-letter topic after one call", async s =>
        {
            s.App.On(seen => seen.Path == "/dying" && seen.Has(s.Mark), 500);
            (await s.Web.Publish("conf-dead", $"\"{s.Mark}\"")).Is(204);
            await s.ArrivedAsync("/dead");
            Stage.Equal(1, s.App.Of(s.Mark, "/dying").Count, "calls");
        }),
        new(52, "500 with three retries: four calls with one id, then the dead-letter topic", async s =>
        {
            s.App.On(seen => seen.Path == "/retry" && seen.Has(s.Mark + "-fail"), 500);
            await DyingAsync(s, "-fail");
            IReadOnlyList<Seen> calls = s.App.Of(s.Mark + "-fail", "/retry");
            Stage.Equal(4, calls.Count, "calls");
            Stage.Equal(1, calls.Select(seen => seen.Json.GetProperty("id").GetString()).Distinct().Count(), "distinct ids");
        }),
        new(53, "a retry policy for 503 does not repeat a 500", async s =>
        {
            s.App.On(seen => seen.Path == "/only503" && seen.Has(s.Mark + "-500"), 500);
            s.App.On(seen => seen.Path == "/only503" && seen.Has(s.Mark + "-503"), 503);
            (await s.Web.Post("/v1.0/publish/bus-503/conf-503", $"\"{s.Mark}-500\"")).Is(204);
            (await s.Web.Post("/v1.0/publish/bus-503/conf-503", $"\"{s.Mark}-503\"")).Is(204);
            await s.UntilAsync(() => s.App.Of(s.Mark + "-503").Count == 4, "four calls after 503");
            Stage.Equal(1, s.App.Of(s.Mark + "-500").Count, "calls after 500");
        }),
        new(54, "302 is a failure; the location is not followed", async s =>
        {
            s.App.On(seen => seen.Path == "/retry" && seen.Has(s.Mark + "-moved"), (_, http) =>
            {
                http.Response.StatusCode = 302;
                http.Response.Headers.Location = "/followed-" + s.Mark;
                return Task.CompletedTask;
            });
            await DyingAsync(s, "-moved");
            Stage.Equal(4, s.App.Of(s.Mark + "-moved", "/retry").Count, "calls");
            Stage.Equal(0, s.App.All.Count(seen => seen.Path == "/followed-" + s.Mark), "calls of the location");
        }),
        new(55, "a status in lower case counts as RETRY", async s =>
        {
            s.App.On(seen => seen.Path == "/retry" && seen.Has(s.Mark + "-lower"), 200, """{"status":"retry"}""");
            await DyingAsync(s, "-lower");
            Stage.Equal(4, s.App.Of(s.Mark + "-lower", "/retry").Count, "calls");
        }),
        new(56, "what is no JSON is not delivered; the dead-letter topic gets the bytes", async s =>
        {
            (await s.Web.Publish("conf-no-json?metadata.rawPayload=true", "plain " + s.Mark, "text/plain")).Is(204);
            string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("plain " + s.Mark));
            await s.ArrivedAsync("/dead-raw", base64);
            Stage.Equal(0, s.App.All.Count(seen => seen.Path == "/no-json"), "calls");
        }),
    ];

    /// <summary>Publishes an event that dies and waits for it on the dead-letter topic.</summary>
    private static async Task<Seen> DyingAsync(Stage s, string suffix)
    {
        (await s.Web.Post("/v1.0/publish/bus-retry/conf-retry", $"\"{s.Mark}{suffix}\"")).Is(204);
        return await s.ArrivedAsync("/retry-dead", s.Mark + suffix);
    }

    /// <summary>An event that fails all its retries: by then those before it would have been repeated too.</summary>
    private static async Task SentinelAsync(Stage s)
    {
        s.App.On(seen => seen.Path == "/retry" && seen.Has(s.Mark + "-sentinel"), 500);
        await DyingAsync(s, "-sentinel");
    }
}
