using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Actors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Actors;

/// <summary>An answer of the API.</summary>
internal sealed record ApiAnswer(int Status, string Body, IHeaderDictionary Headers, string? ContentType);

/// <summary>A runtime with one app <c>web</c> that hosts type <c>T</c>, and clients of its API.</summary>
internal sealed class ActorWorld : IAsyncDisposable
{
    public ActorWorld(FakeStore? store = null, TimeProvider? time = null, bool withoutStore = false)
    {
        Store = store ?? new FakeStore();
        Time = time as ManualTime ?? new ManualTime();
        Runtime = new ActorRuntime(new FakeRegistry(withoutStore ? null : Store), Policies, NullLoggerFactory.Instance, time ?? Time);
        Web = new FakeSidecar("web", 0, App);
    }

    public ManualTime Time { get; }

    public FakeStore Store { get; }

    public FakePolicies Policies { get; } = new();

    public FakeApp App { get; } = new();

    public FakeSidecar Web { get; }

    public ActorRuntime Runtime { get; }

    public static AppConfiguration Hosting(params string[] types) => new() { Entities = types };

    /// <summary>A world whose app is ready.</summary>
    public static async Task<ActorWorld> StartAsync(AppConfiguration? configuration = null, FakeStore? store = null)
    {
        var world = new ActorWorld(store);
        await world.ReadyAsync(world.Web, configuration);
        return world;
    }

    public Task ReadyAsync(FakeSidecar sidecar, AppConfiguration? configuration = null) =>
        Runtime.HostReadyAsync(sidecar, configuration ?? Hosting("T"), CancellationToken.None);

    public Task<ApiAnswer> CallAsync(string id, string method = "m", string body = "", CancellationToken cancellationToken = default) =>
        SendAsync(Web, "POST", $"T/{id}/method/{method}", body, cancellationToken: cancellationToken);

    public Task<ApiAnswer> SendAsync(string verb, string path, string body = "") => SendAsync(Web, verb, path, body);

    /// <summary>Calls the API of a sidecar; <paramref name="path"/> is what follows <c>actors/</c>, un-escaped.</summary>
    public async Task<ApiAnswer> SendAsync(
        FakeSidecar sidecar, string verb, string path, string body = "", Action<HttpRequest>? prepare = null, CancellationToken cancellationToken = default)
    {
        var http = new DefaultHttpContext { RequestAborted = cancellationToken };
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        http.Request.Method = verb;
        http.Request.Body = new MemoryStream(bytes);
        http.Request.ContentLength = bytes.Length;
        if (bytes.Length > 0) http.Request.ContentType = "application/json";
        prepare?.Invoke(http.Request);
        var answer = new MemoryStream();
        http.Response.Body = answer;

        await Runtime.HandleAsync(http, sidecar, path.Split('/'));
        return new ApiAnswer(http.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()), http.Response.Headers, http.Response.ContentType);
    }

    public ActorTypeStatistics Statistics() => Runtime.Statistics().Types.Single(type => type.Type == "T");

    public ValueTask DisposeAsync() => Runtime.DisposeAsync();
}
