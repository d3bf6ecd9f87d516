using System.Net;

namespace Dapr.Http;

/// <summary>A request body that is sent from the memory it was serialised into.</summary>
internal sealed class MemoryContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;

    public MemoryContent(ReadOnlyMemory<byte> body, string? contentType)
    {
        _body = body;
        if (contentType is not null)
        {
            Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_body).AsTask();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_body, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
