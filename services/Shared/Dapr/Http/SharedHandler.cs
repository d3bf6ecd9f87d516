using System.Net;

namespace Dapr.Http;

/// <summary>The one connection pool of the process. Handed out wrapped, so that disposing a client never closes it.</summary>
internal sealed class SharedHandler : DelegatingHandler
{
    // A moderate lifetime follows a sidecar that moves; the limit on connections only guards against running out of sockets.
    private static readonly SocketsHttpHandler _pool = new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        MaxConnectionsPerServer = 512,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        UseProxy = false,
    };

    public SharedHandler()
        : base(_pool)
    {
    }

    /// <summary>Sends without a time limit and without buffering the answer.</summary>
    public static HttpMessageInvoker Invoker { get; } = new(_pool, disposeHandler: false);

    protected override void Dispose(bool disposing)
    {
        // The pool belongs to the process.
    }
}
