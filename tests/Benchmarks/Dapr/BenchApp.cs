using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>The app behind the sidecar, a process of its own that does as little as an app can: what is measured is the way to it.</summary>
internal sealed class BenchApp
{
    /// <summary>Command that runs it.</summary>
    public const string CommandName = "dapr-app";

    /// <summary>App id, component, topics and actor type, as the driver uses them.</summary>
    public const string AppId = "bench", PubSub = "pubsub", SingleTopic = "bench-single", BulkTopic = "bench-bulk", ActorType = "BenchActor", Echo = "echo";

    private static readonly byte[] Config = """{"entities":["BenchActor"],"actorIdleTimeout":"1h"}"""u8.ToArray();

    private static readonly byte[] Subscriptions = """
        [{"pubsubname":"pubsub","topic":"bench-single","route":"/single"},
         {"pubsubname":"pubsub","topic":"bench-bulk","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":10}}]
        """u8.ToArray();

    private static readonly byte[] SavedState =
        """[{"operation":"upsert","request":{"key":"state","value":{"n":1,"price":101.25,"text":"a small state as an actor keeps it, about two hundred bytes long when it is written as JSON","values":[1.5,2.5,3.5,4.5,5.5,6.5]}}}]"""u8.ToArray();

    private readonly EventCounter _events = new();
    private readonly HttpClient _sidecar = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{Environment.GetEnvironmentVariable("DAPR_HTTP_PORT") ?? "3500"}/"),
    };

    /// <summary>What the actor saves: the value alone, for the bare save.</summary>
    public static ReadOnlyMemory<byte> StateValue { get; } = Value();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(CommandName, "The app of the benchmark, started by it.") { Hidden = true };
        command.SetAction((_, cancellationToken) => new BenchApp().RunAsync(cancellationToken));
        return command;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        int port = int.Parse(Environment.GetEnvironmentVariable("APP_PORT")!, CultureInfo.InvariantCulture);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using WebApplication app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private Task HandleAsync(HttpContext http)
    {
        PathString path = http.Request.Path;
        return path.Value switch
        {
            "/dapr/config" => JsonAsync(http, Config),
            "/dapr/subscribe" => JsonAsync(http, Subscriptions),
            "/single" => SingleAsync(http),
            "/bulk" => BulkAsync(http),
            "/echo" => EchoAsync(http),
            "/await" => AwaitAsync(http),
            { } actor when actor.StartsWith("/actors/", StringComparison.Ordinal) && !actor.EndsWith("/healthz", StringComparison.Ordinal) => ActorAsync(http, actor),
            _ => Task.CompletedTask,
        };
    }

    private async Task SingleAsync(HttpContext http)
    {
        await ReadAsync(http);
        _events.Add(1);
    }

    private async Task BulkAsync(HttpContext http)
    {
        var (body, statuses) = (await ReadAsync(http), new ArrayBufferWriter<byte>(8 * 1024));
        int events = Answer(body, statuses);
        await JsonAsync(http, statuses.WrittenMemory);
        _events.Add(events);
    }

    private static async Task EchoAsync(HttpContext http) => await JsonAsync(http, await ReadAsync(http));

    // Answers when so many events have arrived since the start.
    private Task AwaitAsync(HttpContext http) => _events.ReachAsync(long.Parse(http.Request.Query["count"]!, CultureInfo.InvariantCulture), http.RequestAborted);

    private async Task ActorAsync(HttpContext http, string path)
    {
        if (HttpMethods.IsDelete(http.Request.Method)) return;

        await ReadAsync(http);
        string id = path.Split('/')[3];
        using var content = new ByteArrayContent(SavedState) { Headers = { { "Content-Type", "application/json" } } };
        using HttpResponseMessage saved = await _sidecar.PostAsync(new Uri($"v1.0/actors/{ActorType}/{id}/state", UriKind.Relative), content, http.RequestAborted);
        saved.EnsureSuccessStatusCode();
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentLength = 0;
    }

    /// <summary>Writes SUCCESS for every entry; gives their number.</summary>
    private static int Answer(ReadOnlyMemory<byte> body, ArrayBufferWriter<byte> statuses)
    {
        int events = 0;
        var reader = new Utf8JsonReader(body.Span);
        using var writer = new Utf8JsonWriter(statuses, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray("statuses"u8);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (!reader.ValueTextEquals("entryId"u8))
            {
                // What is in an event does not concern the answer; the entries themselves are looked at.
                bool inside = reader.ValueTextEquals("entries"u8);
                reader.Read();
                if (!inside) reader.Skip();
                continue;
            }

            reader.Read();
            writer.WriteStartObject();
            writer.WriteString("entryId"u8, reader.ValueSpan);
            writer.WriteString("status"u8, "SUCCESS"u8);
            writer.WriteEndObject();
            events++;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        return events;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        byte[] body = new byte[(int)(http.Request.ContentLength ?? 0)];
        await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        return body;
    }

    private static async Task JsonAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Value()
    {
        using JsonDocument document = JsonDocument.Parse(SavedState);
        return System.Text.Encoding.UTF8.GetBytes(document.RootElement[0].GetProperty("request").GetProperty("value").GetRawText());
    }
}
