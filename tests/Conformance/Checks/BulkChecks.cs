using System.Text;
using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Conformance.Checks;

/// <summary>Bulk subscriptions. A topic per check: a delivery may hold all that is queued.</summary>
internal static class BulkChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(60, "events queued together come as one bulk delivery", async s =>
        {
            await PublishAsync(s, "bus", "conf-bulk", 3);
            await s.ArrivedAsync("/bulk");
            Seen seen = s.App.Of(s.Mark, "/bulk")[0];
            Stage.Equal("com.dapr.event.sent.bulk", seen.Json.GetProperty("type").GetString(), "type");
            JsonElement[] entries = Entries(seen, s.Mark);
            Stage.Equal(3, entries.Length, "entries");
            Stage.Equal(3, entries.Select(entry => entry.GetProperty("entryId").GetString()).Distinct().Count(), "distinct entryIds");
            Stage.Equal("application/json", seen.Header("Content-Type").Split(';')[0], "Content-Type");
        }),
        new(61, "only entries with RETRY or without a status come again", async s =>
        {
            int calls = 0;
            s.App.On(seen => seen.Path == "/bulk-retry" && seen.Has(s.Mark), (seen, http) =>
            {
                bool first = Interlocked.Increment(ref calls) == 1;
                return BulkAnswers.AnswerAsync(seen, http, entry => !first ? "SUCCESS" : Number(entry) switch { "#0#" => "SUCCESS", "#1#" => "RETRY", _ => null });
            });
            await PublishAsync(s, "bus-retry", "conf-bulk-retry", 3);
            await s.UntilAsync(() => s.App.Of(s.Mark, "/bulk-retry").Count == 2, "a second delivery");
            JsonElement[] again = Entries(s.App.Of(s.Mark, "/bulk-retry")[1], s.Mark);
            Stage.Equal("#1#,#2#", string.Join(',', again.Select(Number).Order(StringComparer.Ordinal)), "entries of the second delivery");
        }),
        new(62, "a bulk answer without a body makes all entries come again", async s =>
        {
            int calls = 0;
            s.App.On(seen => seen.Path == "/bulk-empty" && seen.Has(s.Mark), (seen, http) =>
                Interlocked.Increment(ref calls) == 1 ? Task.CompletedTask : BulkAnswers.AllAsync(seen, http));
            await PublishAsync(s, "bus-retry", "conf-bulk-empty", 2);
            await s.UntilAsync(() => s.App.Of(s.Mark, "/bulk-empty").Count == 2, "a second delivery");
            Stage.Equal(2, Entries(s.App.Of(s.Mark, "/bulk-empty")[1], s.Mark).Length, "entries of the second delivery");
        }),
        new(63, "entries of a raw bulk subscription are base64 texts", async s =>
        {
            string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(s.Mark));
            (await s.Web.Publish("conf-bulk-raw?metadata.rawPayload=true", s.Mark, "text/plain")).Is(204);
            JsonElement entry = Entries(await s.ArrivedAsync("/bulk-raw", base64), base64)[0];
            Stage.Equal(base64, entry.GetProperty("event").GetString(), "event");
            Stage.Equal("application/octet-stream", entry.GetProperty("contentType").GetString(), "contentType");
        }),
    ];

    private static async Task PublishAsync(Stage s, string bus, string topic, int count)
    {
        IEnumerable<string> entries = Enumerable.Range(0, count)
            .Select(i => $$"""{"entryId":"{{i}}","event":"{{s.Mark}}#{{i}}#","contentType":"application/json"}""");
        (await s.BulkAsync($"{bus}/{topic}", $"[{string.Join(',', entries)}]")).Is(204);
    }

    private static JsonElement[] Entries(Seen seen, string text) =>
        [.. seen.Json.GetProperty("entries").EnumerateArray().Where(entry => entry.GetRawText().Contains(text, StringComparison.Ordinal))];

    private static string Number(JsonElement entry) => entry.GetProperty("event").GetProperty("data").GetString()![^3..];
}
