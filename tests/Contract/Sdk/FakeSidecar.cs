using System.Collections.Concurrent;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>One call the fake sidecar got.</summary>
public sealed record FakeCall(string Method, string Target, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? ContentType => Header("Content-Type");

    public string? Header(string name) => Headers.TryGetValue(name, out string? value) ? value : null;
}

/// <summary>What the fake sidecar answers.</summary>
public sealed record FakeAnswer(int Status, string? Body = null, string? ETag = null, string? TtlExpireTime = null)
{
    public static FakeAnswer Done { get; } = new(204);

    public static FakeAnswer Error(int status, string code, string message = "told so") =>
        new(status, $$"""{"errorCode":"{{code}}","message":"{{message}}"}""");
}

/// <summary>An HTTP server that records what the client sends and answers by a script.</summary>
public sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<FakeCall> _calls = new();

    private FakeSidecar(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.First();

    public FakeCall[] Calls => [.. _calls];

    public FakeCall Single => Calls.Should().ContainSingle().Subject;

    public static Task<FakeSidecar> StartAsync(FakeAnswer answer) => StartAsync(_ => answer);

    public static Task<FakeSidecar> StartAsync(Func<FakeCall, FakeAnswer> answer) => StartAsync((call, _) => Task.FromResult(answer(call)));

    public static async Task<FakeSidecar> StartAsync(Func<FakeCall, CancellationToken, Task<FakeAnswer>> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sidecar = new FakeSidecar(builder.Build());
        sidecar._app.Run(context => sidecar.AnswerAsync(context, answer));
        await sidecar._app.StartAsync();
        return sidecar;
    }

    public DaprClient Client(Action<DaprClientBuilder>? configure = null)
    {
        DaprClientBuilder builder = new DaprClientBuilder().UseHttpEndpoint(Endpoint);
        configure?.Invoke(builder);
        return builder.Build();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<FakeCall, CancellationToken, Task<FakeAnswer>> script)
    {
        using var reader = new StreamReader(context.Request.Body);
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var call = new FakeCall(context.Request.Method, target, await reader.ReadToEndAsync(context.RequestAborted), headers);
        _calls.Enqueue(call);

        FakeAnswer answer = await script(call, context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        if (answer.ETag is not null)
        {
            context.Response.Headers["ETag"] = answer.ETag;
        }

        if (answer.TtlExpireTime is not null)
        {
            context.Response.Headers["metadata.ttlExpireTime"] = answer.TtlExpireTime;
        }

        if (answer.Body is not null)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer.Body, context.RequestAborted);
        }
    }
}
