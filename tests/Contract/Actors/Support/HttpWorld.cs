using System.Net;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Actors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Actors;

/// <summary>The runtime behind a real HTTP server, and an app behind another: what passes between them is on the wire.</summary>
internal sealed class HttpWorld : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WebApplication _api;
    private readonly HttpChannel _channel;

    private HttpWorld(WebApplication app, WebApplication api, HttpChannel channel, ActorRuntime runtime, FakeStore store, FakeSidecar sidecar)
    {
        (_app, _api, _channel, Runtime, Store, Sidecar) = (app, api, channel, runtime, store, sidecar);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_api.Urls.First() + "/v1.0/actors/") };
    }

    public ActorRuntime Runtime { get; }

    public FakeStore Store { get; }

    public FakeSidecar Sidecar { get; }

    /// <summary>Calls the API; paths are relative to <c>actors/</c>.</summary>
    public HttpClient Client { get; }

    public static async Task<HttpWorld> StartAsync(RequestDelegate app, AppConfiguration? configuration = null)
    {
        WebApplication appServer = await ServeAsync(app);
        var channel = new HttpChannel(new Uri(appServer.Urls.First()));
        var sidecar = new FakeSidecar("web", 0, channel);
        var store = new FakeStore();
        var runtime = new ActorRuntime(new FakeRegistry(store), new FakePolicies(), NullLoggerFactory.Instance, TimeProvider.System);
        WebApplication api = await ServeAsync(http => runtime.HandleAsync(http, sidecar, Segments(http)));
        await runtime.HostReadyAsync(sidecar, configuration ?? ActorWorld.Hosting("T"), CancellationToken.None);
        return new HttpWorld(appServer, api, channel, runtime, store, sidecar);
    }

    public Task StopAppAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Runtime.DisposeAsync();
        await _api.DisposeAsync();
        await _app.DisposeAsync();
        _channel.Dispose();
    }

    private static string[] Segments(HttpContext http) =>
        [.. http.Request.Path.Value!["/v1.0/actors/".Length..].Split('/').Select(Uri.UnescapeDataString)];

    private static async Task<WebApplication> ServeAsync(RequestDelegate handler)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication server = builder.Build();
        server.Run(handler);
        await server.StartAsync();
        return server;
    }

    private sealed class HttpChannel(Uri address) : IAppChannel, IDisposable
    {
        private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null });

        public bool Available => true;

        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(address, request.RequestUri!);
            return _invoker.SendAsync(request, cancellationToken);
        }

        public void Dispose() => _invoker.Dispose();
    }
}
