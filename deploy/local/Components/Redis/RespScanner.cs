using System.Buffers;
using System.Runtime.InteropServices;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Finds the end of replies in bytes that arrive in pieces, looking at each byte once.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct RespScanner
{
    private long _outstanding;
    private long _skip;

    /// <summary>Bytes looked at since <see cref="Begin"/>; at the end, the length of the replies.</summary>
    public long Scanned { get; private set; }

    public void Begin(int replies)
    {
        _outstanding = replies;
        _skip = 0;
        Scanned = 0;
    }

    /// <summary>True when the replies are complete; <paramref name="buffer"/> starts where they start.</summary>
    public bool Scan(in ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer.Slice(Scanned));
        while (_outstanding > 0)
        {
            if (_skip > 0)
            {
                long step = Math.Min(_skip, reader.Remaining);
                reader.Advance(step);
                Scanned += step;
                _skip -= step;
                if (_skip > 0) return false;
                _outstanding--;
                continue;
            }

            long before = reader.Consumed;
            if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n')) return false;
            Scanned += reader.Consumed - before;
            Count(line);
        }

        return true;
    }

    private void Count(in ReadOnlySequence<byte> line)
    {
        byte kind = line.IsEmpty ? (byte)0 : line.FirstSpan[0];
        switch (kind)
        {
            case (byte)'+' or (byte)'-' or (byte)':':
                _outstanding--;
                break;
            case (byte)'$':
                long length = RespReader.ParseNumber(line.Slice(1));
                if (length < 0) _outstanding--;
                else _skip = length + 2;
                break;
            case (byte)'*':
                _outstanding += Math.Max(0, RespReader.ParseNumber(line.Slice(1))) - 1;
                break;
            default:
                throw new RedisProtocolException($"a reply starts with byte {kind}");
        }
    }
}
