using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Passes a request body on while it arrives: each piece is flushed, nothing is kept.</summary>
internal sealed class RelayContent(HttpRequest source, long limit) : HttpContent
{
    /// <summary>True once bytes may have been taken from the caller: the request cannot be sent again.</summary>
    public bool Started { get; private set; }

    protected override bool TryComputeLength(out long length)
    {
        length = source.ContentLength ?? 0;
        return source.ContentLength is not null;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started = true;
        PipeReader reader = source.BodyReader;
        long taken = 0;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            taken += buffer.Length;
            if (taken > limit) throw new BodyTooLargeException();
            foreach (ReadOnlyMemory<byte> piece in buffer) await stream.WriteAsync(piece, cancellationToken);
            reader.AdvanceTo(buffer.End);
            if (!buffer.IsEmpty) await stream.FlushAsync(cancellationToken);
            if (read.IsCompleted) return;
        }
    }
}
