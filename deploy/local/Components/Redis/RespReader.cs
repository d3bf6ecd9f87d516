using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads complete RESP2 replies. An error reply throws <see cref="RedisServerException"/> where a value is expected.</summary>
internal ref struct RespReader(ReadOnlySequence<byte> replies)
{
    private SequenceReader<byte> _reader = new(replies);

    /// <summary>Takes the next reply if it is an error.</summary>
    public bool TryReadError(out RedisServerException? error)
    {
        error = null;
        if (!_reader.TryPeek(out byte kind) || kind != '-') return false;
        _reader.Advance(1);
        error = new RedisServerException(Encoding.UTF8.GetString(Line()));
        return true;
    }

    /// <summary>Number of elements; -1 for nil.</summary>
    public int ReadArray()
    {
        Expect((byte)'*');
        return (int)ParseNumber(Line());
    }

    public long ReadInteger()
    {
        Expect((byte)':');
        return ParseNumber(Line());
    }

    /// <summary>A bulk or simple string as new bytes; null for nil.</summary>
    public byte[]? ReadBytes()
    {
        if (!TryReadString(out ReadOnlySequence<byte> value)) return null;
        return value.ToArray();
    }

    public string? ReadString()
    {
        if (!TryReadString(out ReadOnlySequence<byte> value)) return null;
        return Encoding.UTF8.GetString(value);
    }

    public StreamId ReadStreamId()
    {
        if (!TryReadString(out ReadOnlySequence<byte> value)) throw new RedisProtocolException("an id was expected, not nil");
        Span<byte> text = stackalloc byte[StreamId.MaxLength];
        if (value.Length > text.Length) throw new RedisProtocolException("not the id of a stream entry");
        value.CopyTo(text);
        return StreamId.Parse(text[..(int)value.Length]);
    }

    /// <summary>True when the next reply is a string equal to <paramref name="expected"/>; the reply is taken either way.</summary>
    public bool ReadStringIs(ReadOnlySpan<byte> expected)
    {
        if (!TryReadString(out ReadOnlySequence<byte> value) || value.Length != expected.Length) return false;
        return value.IsSingleSegment ? value.FirstSpan.SequenceEqual(expected) : value.ToArray().AsSpan().SequenceEqual(expected);
    }

    /// <summary>A bulk or simple string in place, valid until the parser returns; false for nil.</summary>
    public bool TryReadString(out ReadOnlySequence<byte> value)
    {
        ThrowIfError();
        if (!_reader.TryRead(out byte kind) || kind is not ((byte)'$' or (byte)'+')) throw Unexpected(kind, "a string");
        ReadOnlySequence<byte> line = Line();
        value = line;
        if (kind == '+') return true;

        long length = ParseNumber(line);
        if (length < 0) return false;
        value = _reader.UnreadSequence.Slice(0, length);
        _reader.Advance(length + 2);
        return true;
    }

    /// <summary>Takes the next reply, whatever it is; an error throws.</summary>
    public void Skip()
    {
        ThrowIfError();
        long outstanding = 1;
        while (outstanding > 0)
        {
            if (!_reader.TryRead(out byte kind)) throw new RedisProtocolException("the reply ends too early");
            ReadOnlySequence<byte> line = Line();
            outstanding--;
            if (kind == '*') outstanding += Math.Max(0, ParseNumber(line));
            else if (kind == '$' && ParseNumber(line) is var length and >= 0) _reader.Advance(length + 2);
        }
    }

    public static long ParseNumber(in ReadOnlySequence<byte> line)
    {
        Span<byte> digits = stackalloc byte[24];
        if (line.Length > digits.Length) throw new RedisProtocolException("a number is too long");
        line.CopyTo(digits);
        return Utf8Parser.TryParse(digits[..(int)line.Length], out long value, out int used) && used > 0 ? value : throw new RedisProtocolException("a number was expected");
    }

    private void Expect(byte wanted)
    {
        ThrowIfError();
        if (!_reader.TryRead(out byte kind) || kind != wanted) throw Unexpected(kind, wanted == '*' ? "an array" : "an integer");
    }

    private void ThrowIfError()
    {
        if (TryReadError(out RedisServerException? error)) throw error!;
    }

    private ReadOnlySequence<byte> Line()
    {
        if (!_reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n')) throw new RedisProtocolException("the reply ends too early");
        return line.Slice(0, line.Length - 1);
    }

    private static RedisProtocolException Unexpected(byte kind, string wanted) => new($"{wanted} was expected, the reply starts with '{(char)kind}'");
}
