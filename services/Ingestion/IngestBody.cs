using System.Buffers;

namespace DaprTrading.Ingestion;

/// <summary>A request body in pooled memory.</summary>
internal sealed class IngestBody : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads the whole body; false when it is larger than <paramref name="limit"/>.</summary>
    public async Task<bool> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) return false;
        while (true)
        {
            if (_length == _buffer.Length) Grow();
            int read = await request.Body.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0) return true;
            _length += read;
            if (_length > limit) return false;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
