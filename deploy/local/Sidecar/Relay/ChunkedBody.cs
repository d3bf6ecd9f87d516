using System.Buffers.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The body of an answer that comes in chunks (RFC 9112, 7.1). Extensions and trailers are passed over.</summary>
internal sealed class ChunkedBody(RelayConnection connection)
{
    private const int MaxLine = 16 * 1024;
    private const int MaxTrailers = 100;

    private long _left;
    private bool _begun;

    /// <summary>The next piece, valid until the next call; empty at the end.</summary>
    /// <exception cref="HttpRequestException">The app broke off, or what it sends is no chunk.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        if (_left == 0 && !await NextChunkAsync()) return default;
        if (connection.Received.IsEmpty) await MoreAsync();
        ReadOnlyMemory<byte> piece = connection.Received;
        if (piece.Length > _left) piece = piece[..(int)_left];
        _left -= piece.Length;
        connection.Consume(piece.Length);
        return piece;
    }

    private async ValueTask<bool> NextChunkAsync()
    {
        if (_begun && await LineAsync() is { Length: > 0 }) throw ResponseHead.Malformed("a chunk is longer than it says");
        _begun = true;
        _left = Size((await LineAsync()).Span);
        if (_left > 0) return true;
        for (int i = 0; i < MaxTrailers; i++)
        {
            if ((await LineAsync()).IsEmpty) return false;
        }

        throw ResponseHead.Malformed($"it has more than {MaxTrailers} trailers");
    }

    private static long Size(ReadOnlySpan<byte> line)
    {
        int extension = line.IndexOf((byte)';');
        ReadOnlySpan<byte> digits = (extension < 0 ? line : line[..extension]).Trim(" \t"u8);
        return Utf8Parser.TryParse(digits, out long size, out int read, 'x') && read == digits.Length && size >= 0
            ? size : throw ResponseHead.Malformed("a chunk has no size");
    }

    private async ValueTask<ReadOnlyMemory<byte>> LineAsync()
    {
        int end;
        while ((end = connection.Received.Span.IndexOf((byte)'\n')) < 0)
        {
            if (connection.Received.Length > MaxLine) throw ResponseHead.Malformed("a chunk has no size");
            await MoreAsync();
        }

        ReadOnlyMemory<byte> line = connection.Received[..end];
        connection.Consume(end + 1);
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private async ValueTask MoreAsync()
    {
        if (await connection.ReceiveAsync() == 0) throw AppRelay.BrokeOff();
    }
}
