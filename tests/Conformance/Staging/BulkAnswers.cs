using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Conformance.Staging;

/// <summary>Answers to bulk deliveries.</summary>
internal static class BulkAnswers
{
    /// <summary>SUCCESS for every entry.</summary>
    public static Task AllAsync(Seen seen, HttpContext http) => AnswerAsync(seen, http, static _ => "SUCCESS");

    /// <summary>A status per entry; null leaves the entry out.</summary>
    public static Task AnswerAsync(Seen seen, HttpContext http, Func<JsonElement, string?> status)
    {
        IEnumerable<string> statuses = seen.Json.GetProperty("entries").EnumerateArray()
            .Select(entry => (Id: entry.GetProperty("entryId").GetString(), Status: status(entry)))
            .Where(entry => entry.Status is not null)
            .Select(entry => $"{{\"entryId\":\"{entry.Id}\",\"status\":\"{entry.Status}\"}}");
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($"{{\"statuses\":[{string.Join(',', statuses)}]}}");
    }
}
