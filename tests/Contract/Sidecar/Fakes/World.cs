using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>A runtime with a bus, a store and the app <c>web</c> behind its sidecar.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly List<HttpClient> _clients = [];
    private readonly List<ScriptedApp> _apps = [];

    public MemoryBus Bus { get; } = new();

    public MemoryStore Store { get; } = new();

    public FakePolicies Policies { get; } = new();

    public FakeActors Actors { get; } = new();

    public FakeRegistry Registry { get; set; }

    public List<DeclarativeSubscription> Declared { get; } = [];

    public Func<LocalSidecar, CancellationToken, Task>? BeforeSubscribing { get; set; }

    public SidecarHost Host { get; private set; } = null!;

    public ScriptedApp App { get; private set; } = null!;

    public LocalSidecar Sidecar { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public World() => Registry = new FakeRegistry(Bus, Store);

    public static async Task<World> StartAsync(Action<ScriptedApp>? app = null, Action<World>? setup = null, Func<SidecarOptions, SidecarOptions>? options = null)
    {
        var world = new World();
        setup?.Invoke(world);
        world.Host = new SidecarHost(world.Registry, world.Policies, world.Actors, world.Declared, NullLoggerFactory.Instance, TimeProvider.System);
        if (world.BeforeSubscribing is { } first) world.Host.BeforeSubscribing = first;
        (world.Sidecar, world.App, world.Client) = await world.AddAsync("web", app, options);
        return world;
    }

    /// <summary>Another app, or another instance of one, with its sidecar.</summary>
    public async Task<(LocalSidecar Sidecar, ScriptedApp App, HttpClient Client)> AddAsync(
        string appId, Action<ScriptedApp>? script = null, Func<SidecarOptions, SidecarOptions>? options = null, int instance = 0)
    {
        ScriptedApp app = await ScriptedApp.StartAsync(script);
        _apps.Add(app);
        var given = new SidecarOptions { AppId = appId, Instance = instance, AppPort = app.Port, Uuid = $"uuid-{instance}", PodName = $"{appId}-{instance}" };
        var sidecar = (LocalSidecar)await Host.StartAsync(options?.Invoke(given) ?? given, default);
        if (sidecar.Options.AppPort == app.Port) await Eventually.True(() => sidecar.Ready, "the sidecar gets ready");
        return (sidecar, app, ClientOf(sidecar));
    }

    public HttpClient ClientOf(LocalSidecar sidecar)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{sidecar.HttpPort}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClient client in _clients) client.Dispose();
        await Host.DisposeAsync();
        foreach (ScriptedApp app in _apps) await app.DisposeAsync();
    }

    /// <summary>Publishes JSON, or bytes of another type, on <c>bus</c>.</summary>
    public Task<HttpResponseMessage> PublishAsync(string topicAndQuery, string body = "{\"a\":1}", string? contentType = "application/json") =>
        Client.PostAsync($"/v1.0/publish/bus/{topicAndQuery}", Content(body, contentType));

    public static ByteArrayContent Content(string body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    /// <summary>Asserts a Dapr error and returns its message.</summary>
    public static async Task<string> ShouldBeError(this HttpResponseMessage response, int status, string code)
    {
        string body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(status, body);
        JsonElement error = JsonDocument.Parse(body).RootElement;
        error.GetProperty("errorCode").GetString().Should().Be(code);
        return error.GetProperty("message").GetString()!;
    }

    public static async Task ShouldBeEmpty204(this HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(204, body);
        body.Should().BeEmpty();
    }

    public static JsonElement Json(this string text) => JsonDocument.Parse(text).RootElement;

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
