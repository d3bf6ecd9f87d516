using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Id of a stream entry: <c>{milliseconds}-{sequence}</c>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StreamId(ulong Time, ulong Sequence)
{
    /// <summary>Longest text form.</summary>
    public const int MaxLength = 41;

    /// <summary>The smallest id after this one.</summary>
    public StreamId Next => Sequence == ulong.MaxValue ? new StreamId(Time + 1, 0) : new StreamId(Time, Sequence + 1);

    public bool IsBefore(StreamId other) => Time < other.Time || (Time == other.Time && Sequence < other.Sequence);

    public static StreamId Parse(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out ulong time, out int used) && used < text.Length && text[used] == '-'
            && Utf8Parser.TryParse(text[(used + 1)..], out ulong sequence, out int rest) && used + 1 + rest == text.Length)
        {
            return new StreamId(time, sequence);
        }

        throw new RedisProtocolException("not the id of a stream entry");
    }

    public int Format(Span<byte> text)
    {
        Utf8Formatter.TryFormat(Time, text, out int used);
        text[used++] = (byte)'-';
        Utf8Formatter.TryFormat(Sequence, text[used..], out int rest);
        return used + rest;
    }
}
