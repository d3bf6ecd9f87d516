using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Lets one cleartext port speak HTTP/1.1 and HTTP/2: Kestrel picks one protocol per endpoint, so connections that open with the
/// HTTP/2 preface are handed to a second, purely internal endpoint of the same server.
/// </summary>
internal sealed class H2cTransportFactory(IConnectionListenerFactory sockets) : IConnectionListenerFactory
{
    // A connection may be kept ready without a word, but not in the middle of one.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(130);
    private static readonly TimeSpan MidPreface = TimeSpan.FromSeconds(10);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0"u8;

    private readonly Channel<ConnectionContext> _http2 = Channel.CreateBounded<ConnectionContext>(128);

    /// <summary>The internal endpoint.</summary>
    public EndPoint EndPoint { get; } = new HandedOverEndPoint();

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        endpoint is HandedOverEndPoint ? new(new HandedOver(endpoint, _http2)) : sockets.BindAsync(endpoint, cancellationToken);

    /// <summary>Configures the public endpoint.</summary>
    public void Accept(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => SelectAsync(connection, next));
    }

    private async Task SelectAsync(ConnectionContext connection, ConnectionDelegate http1)
    {
        switch (await StartsWithPrefaceAsync(connection.Transport.Input, connection.ConnectionClosed))
        {
            case null:
                connection.Abort();
                return;
            case false:
                await http1(connection);
                return;
        }

        var handed = new HandedOverConnection(connection);
        await _http2.Writer.WriteAsync(handed, connection.ConnectionClosed);
        await handed.Served;
    }

    // Null: the connection is gone, or was silent for too long.
    private static async Task<bool?> StartsWithPrefaceAsync(PipeReader input, CancellationToken closed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(closed);
        limit.CancelAfter(Silence);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionResetException)
            {
                return null;
            }

            bool? decision = Decide(read);
            // Looked at, not taken: the protocol that is chosen reads it again.
            if (decision is { } preface)
            {
                input.AdvanceTo(read.Buffer.Start);
                return preface;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            limit.CancelAfter(MidPreface);
        }
    }

    private static bool? Decide(ReadResult read)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        int length = (int)Math.Min(read.Buffer.Length, Preface.Length);
        read.Buffer.Slice(0, length).CopyTo(first);
        if (!Preface.StartsWith(first[..length])) return false;
        if (length == Preface.Length) return true;
        return read.IsCompleted || read.IsCanceled ? false : null;
    }

    private sealed class HandedOverEndPoint : EndPoint
    {
        public override string ToString() => "h2c";
    }

    private sealed class HandedOver(EndPoint endPoint, Channel<ConnectionContext> connections) : IConnectionListener
    {
        public EndPoint EndPoint => endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await connections.Reader.WaitToReadAsync(cancellationToken))
            {
                if (connections.Reader.TryRead(out ConnectionContext? connection)) return connection;
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            connections.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }

    private sealed class HandedOverConnection(ConnectionContext inner) : ConnectionContext
    {
        private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the second endpoint is done with the connection.</summary>
        public Task Served => _served.Task;

        public override string ConnectionId { get => inner.ConnectionId; set => inner.ConnectionId = value; }

        public override IFeatureCollection Features { get; } = new FeatureCollection(inner.Features);

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get => inner.Transport; set => inner.Transport = value; }

        public override CancellationToken ConnectionClosed { get => inner.ConnectionClosed; set => inner.ConnectionClosed = value; }

        public override EndPoint? LocalEndPoint { get => inner.LocalEndPoint; set => inner.LocalEndPoint = value; }

        public override EndPoint? RemoteEndPoint { get => inner.RemoteEndPoint; set => inner.RemoteEndPoint = value; }

        public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

        public override ValueTask DisposeAsync()
        {
            _served.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
