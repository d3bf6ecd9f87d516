using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Encodes commands as RESP2 arrays of bulk strings.</summary>
internal ref struct RespWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    /// <summary>Bytes written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Begins a command of so many parts, its name included.</summary>
    public void Begin(int parts) => Header((byte)'*', parts);

    public void Add(scoped ReadOnlySpan<byte> value)
    {
        Header((byte)'$', value.Length);
        _output.Write(value);
        Written += value.Length;
        EndLine();
    }

    public void Add(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Header((byte)'$', length);
        Span<byte> span = _output.GetSpan(length);
        Encoding.UTF8.GetBytes(value, span);
        _output.Advance(length);
        Written += length;
        EndLine();
    }

    public void Add(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Add(digits[..length]);
    }

    public void Add(StreamId id)
    {
        Span<byte> text = stackalloc byte[StreamId.MaxLength];
        Add(text[..id.Format(text)]);
    }

    private void Header(byte kind, int count)
    {
        Span<byte> span = _output.GetSpan(16);
        span[0] = kind;
        Utf8Formatter.TryFormat(count, span[1..], out int digits);
        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        _output.Advance(digits + 3);
        Written += digits + 3;
    }

    private void EndLine()
    {
        Span<byte> span = _output.GetSpan(2);
        span[0] = (byte)'\r';
        span[1] = (byte)'\n';
        _output.Advance(2);
        Written += 2;
    }
}
