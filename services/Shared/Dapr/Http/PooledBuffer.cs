using System.Buffers;

namespace Dapr.Http;

/// <summary>A growing buffer from the shared pool: a request body is serialised into it, an answer is read into it.</summary>
/// <remarks>
/// <see cref="Return"/> gives the memory back and is called only when nobody can be using it any more: after a call that failed or was
/// cancelled the connection may still be sending, so then the memory is left to the garbage collector.
/// </remarks>
internal sealed class PooledBuffer(int capacity = PooledBuffer.DefaultCapacity) : IBufferWriter<byte>
{
    private const int DefaultCapacity = 4096;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int _length;

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public int Length => _length;

    public static async Task<PooledBuffer> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        int expected = content.Headers.ContentLength is { } length and > 0 and < int.MaxValue ? (int)length + 1 : DefaultCapacity;
        var buffer = new PooledBuffer(expected);
        Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        int read;
        while ((read = await stream.ReadAsync(buffer.GetMemory(), cancellationToken)) > 0)
        {
            buffer.Advance(read);
        }

        return buffer;
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public void Return()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        _length = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + needed), (int)Math.Min(_bytes.Length * 2L, Array.MaxLength)));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
