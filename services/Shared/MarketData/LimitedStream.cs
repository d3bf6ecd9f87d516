namespace DaprTrading.MarketData;

/// <summary>How much may still be read, shared by everything inside one replay: a small file can decompress to a huge one.</summary>
internal sealed class ReadBudget(long bytes)
{
    private long _taken;

    public void Take(int count, string name)
    {
        _taken += count;
        if (_taken > bytes) throw new DatasetLimitException($"{name} is too large: more than {bytes} bytes after decompression.");
    }
}

/// <summary>Reads at most what the budget allows, and can look at its beginning.</summary>
internal sealed class LimitedStream(Stream inner, ReadBudget budget, string name) : Stream
{
    private readonly byte[] _head = new byte[64];
    private int _headLength = -1, _headRead;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes, at most 64; they are read again afterwards.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        if (_headLength < 0)
        {
            _headLength = inner.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
            budget.Take(_headLength, name);
        }

        return _head.AsSpan(0, _headLength);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_headRead < _headLength)
        {
            int count = Math.Min(buffer.Length, _headLength - _headRead);
            _head.AsSpan(_headRead, count).CopyTo(buffer);
            _headRead += count;
            return count;
        }

        int read = inner.Read(buffer);
        budget.Take(read, name);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
