using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>A request body in pooled memory.</summary>
internal struct PooledBody
{
    private byte[] _buffer;
    private int _length;

    public readonly ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <summary>Reads the whole body. Throws <see cref="BodyReadException"/>, above <paramref name="limit"/> too.</summary>
    public static async ValueTask<PooledBody> ReadAsync(HttpContext http, long limit)
    {
        long? announced = http.Request.ContentLength;
        if (announced > limit) throw new BodyTooLargeException();

        var body = new PooledBody { _buffer = announced == 0 ? [] : ArrayPool<byte>.Shared.Rent((int)Math.Min(announced ?? 4096, DaprHttp.FirstPiece)) };
        if (announced == 0) return body;

        while (body._length != announced)
        {
            if (body._length == body._buffer.Length) body.Grow();
            int read = await DaprHttp.ReadAsync(http, body._buffer.AsMemory(body._length));
            if (read == 0) break;
            body._length += read;
            if (body._length > limit)
            {
                body.Return();
                throw new BodyTooLargeException();
            }
        }

        return body;
    }

    /// <summary>Gives the memory back. Only when nobody can still be reading it: not after a cancelled or broken call.</summary>
    public void Return()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
