using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A bare Kestrel on one loopback port: no host, no middleware, one delegate.</summary>
internal sealed class SidecarServer : IAsyncDisposable
{
    // Go's server grants 4 KiB on top of the 4 KiB that are configured.
    private const int MaxHeaderBytes = 8 * 1024;
    private const int Attempts = 10;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10);

    // For bodies that are read as a whole; those of invocations may pause as long as they like.
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(30));

    // Handlers never block, so they run where the request was read; connections are few, so each may keep a buffer ready.
    private static readonly SocketTransportOptions Transport = new() { UnsafePreferInlineScheduling = true, WaitForDataBeforeAllocatingBuffer = false };

    private static readonly ServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    private readonly KestrelServer _server;

    private SidecarServer(KestrelServer server) => _server = server;

    /// <summary>Port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>Starts listening; port 0 picks a free one.</summary>
    /// <param name="port">Port of the API.</param>
    /// <param name="handler">Answers the API.</param>
    /// <param name="metricsPort">Port of the metrics; null: none.</param>
    /// <param name="metrics">Answers there, whatever the path.</param>
    /// <param name="loggers">Logger factory.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<SidecarServer> StartAsync(
        int port, RequestDelegate handler, int? metricsPort, RequestDelegate metrics, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await OpenAsync(port, handler, metricsPort, metrics, loggers, cancellationToken);
            }
            catch (IOException e) when (e.InnerException is AddressInUseException && attempt < Attempts)
            {
                // A child that is just being forked holds a copy of every socket until it becomes its program: also of the one that found this port free.
                await Task.Delay(BetweenAttempts, cancellationToken);
            }
        }
    }

    private static async Task<SidecarServer> OpenAsync(
        int port, RequestDelegate handler, int? metricsPort, RequestDelegate metrics, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        options.Limits.RequestHeadersTimeout = HeaderTimeout;
        options.Limits.MinRequestBodyDataRate = SlowestBody;
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.Limits.MinResponseDataRate = null;
        var transport = new H2cTransportFactory(new SocketTransportFactory(Options.Create(Transport), loggers));
        if (port == 0)
        {
            options.Listen(IPAddress.Loopback, 0, transport.Accept);
        }
        else
        {
            options.ListenLocalhost(port, transport.Accept);
        }

        if (metricsPort is { } scraped) options.ListenLocalhost(scraped, transport.Accept);
        options.Listen(transport.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        var server = new KestrelServer(Options.Create(options), transport, loggers);
        try
        {
            await server.StartAsync(new Application(metricsPort is null ? handler : http => http.Connection.LocalPort == metricsPort ? metrics(http) : handler(http)), cancellationToken);
        }
        catch
        {
            server.Dispose();
            throw;
        }

        string address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://", StringComparison.Ordinal));
        return new SidecarServer(server) { Port = new Uri(address).Port };
    }

    /// <summary>Closes the port; running requests end first, as long as the token allows.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    // Kestrel keeps the context of a connection in its container, so that requests re-use it.
    private sealed class Application(RequestDelegate handler) : IHttpApplication<DefaultHttpContext>
    {
        public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
        {
            if (contextFeatures is not IHostContextContainer<DefaultHttpContext> container) return new DefaultHttpContext(contextFeatures);
            if (container.HostContext is { } known)
            {
                known.Initialize(contextFeatures);
                return known;
            }

            return container.HostContext = new DefaultHttpContext(contextFeatures);
        }

        public Task ProcessRequestAsync(DefaultHttpContext context) => handler(context);

        public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
    }
}
