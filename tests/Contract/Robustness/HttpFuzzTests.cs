using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DaprTrading.Conformance.Staging;
using DaprTrading.Tests.Contract.Testing;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Contract.Robustness;

/// <summary>
/// Whatever is sent to a sidecar: it answers in the form Dapr documents or closes the connection, within bounds, and serves on. Nothing ends as
/// an unclassified error.
/// </summary>
public sealed class HttpFuzzTests(ITestOutputHelper output)
{
    private const long MostMemory = 96 * 1024 * 1024;
    private const int Parallel = 16;

    private static readonly string[] Snippets =
    [
        "\r\n", "\r\n\r\n", "\n", "\0", "%", "%zz", "%00", "%2F", "%2e%2e", "%ff%fe", "..", "/./", "//", "?", "#", "+", "||", "%7C%7C", "\u00ff", "\u0080", "\u00c3(",
        "{", "}", "[", "]", "\"", ",", ":", "null", "NaN", "1e999", "-0", "99999999999999999999", "\"\\ud800\"", "\\u0000", "{\"key\":", "\"etag\":\"x\",",
        "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
        "Expect: 100-continue\r\n", "Connection: close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "Upgrade: websocket\r\n", "dapr-app-id: web\r\n",
        "dapr-app-id: \u00ff\r\n", "Host: \u0001\r\n", "Content-Type: application/cloudevents+json\r\n", "Content-Type: application/octet-stream\r\n", "traceparent: 00-0-0-00\r\n",
        "tracestate: \u00e9\r\n", "baggage: =\r\n", "If-Match: \u00e9\r\n", "Authorization: Basic ====\r\n", "HTTP/9.9", "HTTP/1.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "ffffffff\r\n", "0\r\n\r\n",
        "metadata.rawPayload=true&", "metadata.ttlInSeconds=9999999999999&", "metadata.ttlInSeconds=1e9h&", "metadata.x=\u00e9%0d%0aX: y&",
    ];

    private static readonly string[] Requests =
    [
        Request("GET", "/v1.0/healthz"), Request("GET", "/v1.0/healthz/outbound?appid=web"), Request("GET", "/v1.0/metadata"),
        Request("PUT", "/v1.0/metadata/color", "red", "text/plain"),
        Request("POST", "/v1.0/publish/bus/t?metadata.ttlInSeconds=5", """{"a":1}"""),
        Request("POST", "/v1.0/publish/bus/t", """{"id":"1","source":"s","type":"t","specversion":"1.0","data":{"a":[1,2]},"tracestate":"a=b"}""", "application/cloudevents+json"),
        Request("PUT", "/v1.0/publish/bus/rules?metadata.rawPayload=true", """{"type":"a","data":{"x":[[[1]]]}}"""),
        Request("POST", "/v1.0/publish/bulk/bus/t", """[{"entryId":"1","event":{"a":1},"contentType":"application/json","metadata":{"k":"v"}},{"entryId":"2","event":"AQID","contentType":"application/octet-stream"}]"""),
        Request("POST", "/v1.0-alpha1/publish/bulk/bus/t", """[{"entryId":"1","event":"x","contentType":"text/plain"}]"""),
        Request("POST", "/v1.0/state/store", """[{"key":"k","value":{"n":1},"etag":"3","metadata":{"ttlInSeconds":"60"},"options":{"concurrency":"first-write","consistency":"strong"}}]"""),
        Request("GET", "/v1.0/state/store/k%2Fa?consistency=strong&metadata.x=y"), Request("DELETE", "/v1.0/state/store/k?concurrency=first-write"),
        Request("POST", "/v1.0/state/store/bulk", """{"keys":["a","b"],"parallelism":10,"metadata":{}}"""),
        Request("POST", "/v1.0/state/store/transaction", """{"operations":[{"operation":"upsert","request":{"key":"a","value":1}},{"operation":"delete","request":{"key":"b"}}],"metadata":{"p":"q"}}"""),
        Request("POST", "/v1.0-alpha1/state/store/query", """{"filter":{"EQ":{"status":"open"}}}"""),
        Request("GET", "/v1.0/secrets/environment/x"), Request("GET", "/v1.0/secrets/environment/bulk"),
        Request("POST", "/v1.0/invoke/web/method/a/b?x=1", """{"a":1}"""), Request("PATCH", "/v1.0/invoke/web.default/method/a%20b", "x", "text/plain"),
        Request("GET", "/hello", null, null, "dapr-app-id: web\r\n"), Request("GET", "/v1.0/invoke/other/method/x"),
        Request("GET", "/x", null, null, "Authorization: Basic ZGFwci1hcHAtaWQ6d2Vi\r\n"),
        Request("POST", "/v1.0/actors/T/1/method/m?a=b", """{"a":1}"""),
        Request("POST", "/v1.0/actors/T/1/state", """[{"operation":"upsert","request":{"key":"n","value":3,"metadata":{"x":"1"}}},{"operation":"delete","request":{"key":"old"}}]"""),
        Request("GET", "/v1.0/actors/T/1/state/n"),
        Request("POST", "/v1.0/actors/T/1/timers/x", """{"dueTime":"99999h","period":"99999h","ttl":"999999h","callback":"cb","data":{"x":1}}"""),
        Request("DELETE", "/v1.0/actors/T/1/timers/x"),
        Request("POST", "/v1.0/actors/T/1/reminders/r", """{"dueTime":"99999h","period":"R5/PT99999S","ttl":"9999999h","data":"x","overwrite":true}"""),
        Request("GET", "/v1.0/actors/T/1/reminders/r"), Request("DELETE", "/v1.0/actors/T/1/reminders/r"),
        Request("POST", "/v1.0/bindings/b", """{"operation":"create"}"""), Request("GET", "/v1.0/configuration/c?key=a"), Request("POST", "/v1.0-alpha1/lock/l", "{}"),
        "POST /v1.0/publish/bus/t HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
        "POST /v1.0/invoke/web/method/c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST /v1.0/state/store HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n[]\r\n0\r\nTrailer: a\r\n\r\n",
    ];

    [Fact]
    public async Task Requests_HoweverMutated_AreAnsweredInDocumentedForm()
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node web = await runtime.AddAsync(App);
        long before = Memory();
        var statuses = new ConcurrentDictionary<int, int>();
        var wrong = new ConcurrentQueue<string>();

        await System.Threading.Tasks.Parallel.ForEachAsync(
            Fuzz.Begin(output, 3000).Seeds(), new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (seed, _) =>
            {
                RawAnswer answer = await AskAsync(web, seed, wrong);
                statuses.AddOrUpdate(answer.Status, 1, static (_, count) => count + 1);
            });

        output.WriteLine(string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        wrong.Should().BeEmpty();
        statuses.Keys.Should().Contain([200, 204, 400, 404, 500]);
        await ServesOnAsync(web, before);
    }

    /// <summary>Requests made to be expensive or odd, and what may come back; 0 is a closed connection.</summary>
    public static TheoryData<string, string, int[]> Odd => new()
    {
        { "a body of 4 MiB and one byte", Request("POST", "/v1.0/state/store", new string('x', (4 * 1024 * 1024) + 1)), [400] },
        { "the same to an actor", Request("POST", "/v1.0/actors/T/1/method/m", new string('x', (4 * 1024 * 1024) + 1)), [400] },
        { "the same to an app", Request("POST", "/v1.0/invoke/web/method/m", new string('x', (4 * 1024 * 1024) + 1)), [500] },
        { "the same to a pub/sub", Request("POST", "/v1.0/publish/bus/t", new string('x', (4 * 1024 * 1024) + 1)), [500] },
        { "the same as metadata", Request("PUT", "/v1.0/metadata/x", new string('x', (4 * 1024 * 1024) + 1)), [400] },
        { "JSON a million deep", Request("POST", "/v1.0/state/store", new string('[', 1_000_000)), [400] },
        { "a deep value", Request("POST", "/v1.0/publish/bus/rules", string.Concat(Enumerable.Repeat("{\"a\":", 400_000)) + "1" + new string('}', 400_000)), [204] },
        { "a deep CloudEvent", Request("POST", "/v1.0/publish/bus/t", string.Concat(Enumerable.Repeat("{\"a\":", 400_000)), "application/cloudevents+json"), [500] },
        { "a deep bulk entry", Request("POST", "/v1.0/publish/bulk/bus/t", "[{\"entryId\":\"1\",\"event\":" + new string('[', 500_000)), [400] },
        { "deep actor state", Request("POST", "/v1.0/actors/T/1/state", "[{\"operation\":\"upsert\",\"request\":{\"key\":\"n\",\"value\":" + new string('[', 500_000)), [400] },
        { "half a surrogate pair as key", Request("POST", "/v1.0/state/store", """[{"key":"\ud800","value":1}]"""), [400] },
        { "half a surrogate pair as name", Request("POST", "/v1.0/state/store", """[{"\udc00":1,"key":"k"}]"""), [400] },
        { "half a surrogate pair in a transaction", Request("POST", "/v1.0/state/store/transaction", """{"operations":[{"operation":"\ud800\ud800","request":{}}]}"""), [400] },
        { "half a surrogate pair as entryId", Request("POST", "/v1.0/publish/bulk/bus/t", """[{"entryId":"\ud800","event":1,"contentType":"application/json"}]"""), [400] },
        { "half a surrogate pair in a CloudEvent", Request("POST", "/v1.0/publish/bus/t", """{"id":"\ud800"}""", "application/cloudevents+json"), [500] },
        { "half a surrogate pair as data", Request("POST", "/v1.0/publish/bus/t", """{"a":"\ud800"}"""), [204] },
        { "half a surrogate pair in actor state", Request("POST", "/v1.0/actors/T/1/state", """[{"operation":"upsert","request":{"key":"\ud800","value":1}}]"""), [400] },
        { "half a surrogate pair in a reminder", Request("POST", "/v1.0/actors/T/1/reminders/r", """{"dueTime":"\ud800"}"""), [400] },
        { "a surrogate pair", Request("POST", "/v1.0/state/store", """[{"key":"\ud83d\ude00","value":"\\ud800"}]"""), [204] },
        { "a time beyond the calendar", Request("POST", "/v1.0/actors/T/1/timers/t", """{"dueTime":"1h","period":"2500000h","ttl":"2500000000h"}"""), [204, 500] },
        { "a reminder beyond the calendar", Request("POST", "/v1.0/actors/T/1/reminders/far", """{"period":"2500000h"}"""), [204, 500] },
        { "a year too far", Request("POST", "/v1.0/actors/T/1/timers/t", """{"dueTime":"P9999Y"}"""), [500] },
        { "headers of 9 KiB", Request("GET", "/v1.0/metadata", null, null, "X: " + new string('x', 9000) + "\r\n"), [431] },
        { "300 headers", Request("GET", "/v1.0/metadata", null, null, string.Concat(Enumerable.Range(0, 300).Select(i => $"h{i}: x\r\n"))), [431] },
        { "a target of 9 KiB", Request("GET", "/v1.0/state/store/" + new string('k', 9000)), [414] },
        { "two lengths", Request("POST", "/v1.0/publish/bus/t", "1", extra: "Content-Length: 5\r\n"), [400] },
        { "a length and chunks", Request("POST", "/v1.0/publish/bus/t", "1", extra: "Transfer-Encoding: chunked\r\n"), [0, 400, 500] },
        { "a length below zero", "POST /v1.0/publish/bus/t HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", [400] },
        { "no host", "GET /v1.0/metadata HTTP/1.1\r\n\r\n", [400] },
        { "half a body", "POST /v1.0/state/store HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[{\"key\"", [0, 400] },
        { "half a chunk", "POST /v1.0/state/store HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n[{", [0, 400] },
        { "a chunk that is none", "POST /v1.0/publish/bus/t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", [400, 500] },
        { "chunks that are none to an app", "POST /v1.0/invoke/web/method/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", [400, 500] },
        { "a body with GET", Request("GET", "/v1.0/metadata", "{}"), [200] },
        { "another version", "GET /v1.0/metadata HTTP/3.7\r\nHost: x\r\n\r\n", [505] },
        { "no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", [0, 400] },
        { "half a preface", "PRI * HT", [0, 400] },
        { "a preface and nothing", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [-1] },
        { "CONNECT", "CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n", [400, 404] },
        { "a target with another host", "GET http://example.com/v1.0/metadata HTTP/1.1\r\nHost: example.com\r\n\r\n", [200] },
        { "an asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", [404] },
        { "a path that is no UTF-8", "GET /v1.0/state/store/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", [204] },
        { "a raw byte in the path", "GET /v1.0/state/store/\u00ff HTTP/1.1\r\nHost: x\r\n\r\n", [400] },
        { "a NUL in the path", "GET /v1.0/state/store/%00 HTTP/1.1\r\nHost: x\r\n\r\n", [204, 400] },
        { "a header in UTF-8", Request("GET", "/v1.0/invoke/web/method/x", null, null, "X: \u00c3\u00a9\r\n"), [200] },
        { "a header that the app itself refuses", Request("GET", "/v1.0/invoke/web/method/x", null, null, "X: \u00ff\u00fe\r\n"), [400] },
        { "baggage that is none", Request("GET", "/v1.0/invoke/web/method/x", null, null, "baggage: \u00ff\r\n"), [400] },
        { "an actor type with a slash", Request("POST", "/v1.0/actors/a%2Fb/1/method/m", "1"), [400] },
        { "an actor id with a line end", Request("POST", "/v1.0/actors/T/a%0d%0aX:y/method/m", "1"), [400] },
        { "a method with a line end", Request("POST", "/v1.0/actors/T/1/method/a%0d%0aX:y", "1"), [200, 400, 500] },
    };

    [Fact]
    public async Task OddRequests_AreAnsweredAsDocumented()
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node web = await runtime.AddAsync(App);
        long before = Memory();
        var wrong = new List<string>();
        foreach (object[] row in Odd)
        {
            var (what, request, allowed) = ((string)row[0], (string)row[1], (int[])row[2]);
            try
            {
                RawAnswer answer = await RawAnswer.AskAsync(web.Http.Port, Encoding.Latin1.GetBytes(request), patienceMs: 700);
                if (Complaint(answer) is { } complaint) wrong.Add($"{what}: {complaint}");
                else if (!allowed.Contains(answer.Status)) wrong.Add($"{what}: {answer.Status} {answer.Body}");
            }
            catch (InvalidDataException) when (allowed.Contains(-1))
            {
                // An answer in another protocol.
            }
            catch (OperationCanceledException)
            {
                wrong.Add($"{what}: no answer, and the connection stays open");
            }
        }

        wrong.Should().BeEmpty();
        await ServesOnAsync(web, before);
    }

    private static NodeSetup App => new("web")
    {
        Configuration = """{"entities":["T"]}""",
        Subscriptions = """
            [{"pubsubname":"bus","topic":"t","route":"/t"},
             {"pubsubname":"bus","topic":"rules","routes":{"rules":[{"match":"event.type == \"a\" && size(event.data.x) > 0","path":"/a"}],"default":"/d"}}]
            """,
    };

    private static async Task<RawAnswer> AskAsync(Node web, int seed, ConcurrentQueue<string> wrong)
    {
        var mutator = new Mutator(seed, Snippets);
        byte[] request = Encoding.Latin1.GetBytes(Changed(mutator, mutator.One(Requests)));
        try
        {
            RawAnswer answer = await RawAnswer.AskAsync(web.Http.Port, request);
            if (Complaint(answer) is { } complaint) wrong.Enqueue($"FUZZ_SEED={seed}: {complaint}\n{Encoding.Latin1.GetString(request)}");
            return answer;
        }
        catch (InvalidDataException) when (Encoding.Latin1.GetString(request).StartsWith("PRI * HTTP/2.0", StringComparison.Ordinal))
        {
            return new RawAnswer(-1, "", "");
        }
        catch (Exception e)
        {
            wrong.Enqueue($"FUZZ_SEED={seed}: {e.GetType().Name}: {e.Message}\n{Encoding.Latin1.GetString(request)}");
            return new RawAnswer(-2, "", "");
        }
    }

    /// <summary>One request in three is changed anywhere, the others in their target or their body only, with a length that fits.</summary>
    private static string Changed(Mutator mutator, string request)
    {
        string Change(string text) => Encoding.Latin1.GetString(mutator.Change(Encoding.Latin1.GetBytes(text)));
        string[] line = request.Split(' ', 3);
        int body = request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        switch (mutator.Random.Next(3))
        {
            case 0:
                return $"{line[0]} /{Change(line[1][1..]).Replace(' ', '_').Replace("\r", "%0d", StringComparison.Ordinal).Replace("\n", "%0a", StringComparison.Ordinal)} {line[2]}";
            case 1 when request.Contains("Content-Length: ", StringComparison.Ordinal):
                string changed = Change(request[body..]);
                return $"{request[..request.IndexOf("Content-Length: ", StringComparison.Ordinal)]}Content-Length: {changed.Length}\r\n\r\n{changed}";
            default:
                return Change(request);
        }
    }

    /// <summary>What is wrong with an answer; null when it has the documented form.</summary>
    private static string? Complaint(RawAnswer answer)
    {
        if (answer.Status is 0 or (>= 200 and < 400)) return null;
        // What the server itself says to what is no HTTP has no body.
        if (answer.Body.Length == 0) return answer.Status is 400 or 405 or 408 or 411 or 413 or 414 or 431 or 501 or 505 ? null : $"{answer.Status} without a body";
        if (answer.Status is 400 && answer.Head.Contains("text/plain", StringComparison.Ordinal)) return null;
        try
        {
            using JsonDocument error = JsonDocument.Parse(answer.Body);
            string? code = error.RootElement.GetProperty("errorCode").GetString();
            if (error.RootElement.TryGetProperty("message", out JsonElement message) && message.GetString() is null) return "no message";
            return code is null or "ERROR" ? $"unclassified: {answer.Status} {answer.Body}" : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return $"{answer.Status} without a Dapr error: {answer.Body}";
        }
    }

    private static async Task ServesOnAsync(Node web, long before)
    {
        (await web.Get("/v1.0/healthz")).Is(204);
        (await web.Post("/v1.0/invoke/web/method/after", "1")).Is(200);
        (await web.Post("/v1.0/actors/T/1/method/after", "1")).Is(200);
        string mark = Guid.NewGuid().ToString("N");
        (await web.Publish("t", $"\"{mark}\"")).Is(204);
        await UntilAsync(() => web.App.Of(mark, "/t").Count == 1, "an event is delivered");
        await UntilAsync(() => Connections(web.Http.Port) <= 2, "connections are closed");
        await UntilAsync(() => Memory() - before < MostMemory, "memory is given back");
    }

    private static async Task UntilAsync(Func<bool> holds, string what) =>
        (await Waiting.UntilAsync(() => Task.FromResult(holds()), TimeSpan.FromSeconds(30), CancellationToken.None)).Should().BeTrue(what);

    /// <summary>Connections to a port that the server still holds.</summary>
    private static int Connections(int port)
    {
        string local = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[1].EndsWith(local, StringComparison.Ordinal) && fields[3] is "01" or "08");
    }

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);

    private static string Request(string method, string target, string? body = null, string? type = "application/json", string extra = "") =>
        $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{extra}"
        + (body is null ? "\r\n" : $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
