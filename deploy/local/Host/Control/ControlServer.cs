using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>The runtime's control API: loopback, a random port, and a random token that only the owner of the data folder can read.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int LargestBody = 4096;

    private readonly WebApplication _app;
    private readonly byte[] _authorization;
    private readonly IControllable _system;

    private ControlServer(WebApplication app, IControllable system, string token)
    {
        _system = system;
        _app = app;
        Token = token;
        _authorization = Encoding.ASCII.GetBytes("Bearer " + token);
    }

    /// <summary>Token its callers must send.</summary>
    public string Token { get; }

    /// <summary>Its address, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Opens the API.</summary>
    public static async Task<ControlServer> StartAsync(IControllable system, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();

        var server = new ControlServer(builder.Build(), system, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        server.Map();
        await server._app.StartAsync(cancellationToken).ConfigureAwait(false);
        server.Address = server._app.Urls.First().TrimEnd('/');
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private void Map()
    {
        _app.Use(AuthorizeAsync);
        _app.MapGet("/status", StatusAsync);
        _app.MapPost("/scale", ScaleAsync);
        _app.MapPost("/kill", KillAsync);
        _app.MapPost("/dead-letters/republish", RepublishAsync);
        _app.MapPost("/stop", StopAsync);
    }

    private Task StatusAsync(HttpContext http) => WriteAsync(http, _system.Status(), HostJson.Default.StatusDocument);

    private Task ScaleAsync(HttpContext http) => AnswerAsync(
        http, HostJson.Default.ScaleRequest, request => _system.ScaleAsync(request.App, request.Instances, CancellationToken.None));

    private Task KillAsync(HttpContext http) => AnswerAsync(
        http, HostJson.Default.KillRequest, request => Task.FromResult(_system.Kill(request.App, request.Instance)));

    private Task RepublishAsync(HttpContext http) => AnswerAsync(
        http, HostJson.Default.RepublishRequest, request => _system.RepublishAsync(request.Topic, request.Limit, http.RequestAborted));

    private Task StopAsync(HttpContext http)
    {
        _system.RequestStop();
        return WriteAsync(http, new ControlAnswer(true, "stopping"), HostJson.Default.ControlAnswer);
    }

    private Task AuthorizeAsync(HttpContext http, RequestDelegate next)
    {
        byte[] given = Encoding.ASCII.GetBytes(http.Request.Headers.Authorization.ToString());
        if (CryptographicOperations.FixedTimeEquals(given, _authorization)) return next(http);

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync<T>(HttpContext http, JsonTypeInfo<T> type, Func<T, Task<string>> act)
    {
        ControlAnswer answer;
        try
        {
            T request = await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted).ConfigureAwait(false)
                ?? throw new UserException("The request has no body.");
            answer = new ControlAnswer(true, await act(request).ConfigureAwait(false));
        }
        catch (Exception e) when (e is UserException or JsonException or ComponentException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            answer = new ControlAnswer(false, e.Message);
        }

        await WriteAsync(http, answer, HostJson.Default.ControlAnswer).ConfigureAwait(false);
    }

    private static Task WriteAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type)
    {
        http.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(http.Response.Body, value, type, http.RequestAborted);
    }
}
