using System.Buffers.Text;
using System.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Bytes on their way into an app; grows as needed and keeps its memory from call to call.</summary>
internal sealed class RelayBuffer
{
    private const int FirstSize = 2 * 1024;
    private const int MaxKept = 32 * 1024;
    private const int LongestNumber = 20;

    private byte[] _bytes = new byte[FirstSize];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear()
    {
        if (_bytes.Length > MaxKept) _bytes = new byte[FirstSize];
        _length = 0;
    }

    public RelayBuffer Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>One byte per character, as header values come and go.</summary>
    public RelayBuffer Append(string text)
    {
        _length += Encoding.Latin1.GetBytes(text, Room(text.Length));
        return this;
    }

    public RelayBuffer AppendDecimal(long number) => AppendFormatted(number, default);

    public RelayBuffer AppendHex(long number) => AppendFormatted(number, new('x'));

    private RelayBuffer AppendFormatted(long number, System.Buffers.StandardFormat format)
    {
        Utf8Formatter.TryFormat(number, Room(LongestNumber), out int written, format);
        _length += written;
        return this;
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        return _bytes.AsSpan(_length, size);
    }
}
