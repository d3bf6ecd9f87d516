using System.Buffers;
using System.Text;
using DaprTrading.LocalRuntime.Components;

namespace DaprTrading.Tests.Contract.Components;

public sealed class RespTests
{
    private const string Replies = "*3\r\n$5\r\na\r\nbc\r\n:-7\r\n*2\r\n+OK\r\n$-1\r\n-ERR no\r\n*-1\r\n$0\r\n\r\n";

    [Fact]
    public void Scanner_BytesOneByOne_FindsTheEndExactlyThere()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Replies + "+next\r\n");
        var scanner = new RespScanner();
        scanner.Begin(4);

        for (int length = 0; length < Replies.Length; length++) scanner.Scan(Split(bytes.AsMemory(0, length), 3)).Should().BeFalse();

        scanner.Scan(Split(bytes, 3)).Should().BeTrue();
        scanner.Scanned.Should().Be(Replies.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1000)]
    public void Reader_RepliesInSegments_GivesEachValue(int segment)
    {
        var reader = new RespReader(Split(Encoding.ASCII.GetBytes(Replies), segment));

        reader.ReadArray().Should().Be(3);
        reader.ReadString().Should().Be("a\r\nbc");
        reader.ReadInteger().Should().Be(-7);
        reader.ReadArray().Should().Be(2);
        reader.ReadStringIs("OK"u8).Should().BeTrue();
        reader.ReadBytes().Should().BeNull();
        reader.TryReadError(out RedisServerException? error).Should().BeTrue();
        error!.Is("ERR").Should().BeTrue();
        error.Is("ER").Should().BeFalse();
        reader.ReadArray().Should().Be(-1);
        reader.ReadBytes().Should().BeEmpty();
    }

    [Fact]
    public void Reader_Skip_PassesOverNestedReplies()
    {
        var reader = new RespReader(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("*2\r\n*1\r\n$3\r\nabc\r\n:1\r\n+end\r\n")));

        reader.Skip();

        reader.ReadString().Should().Be("end");
    }

    [Fact]
    public void Scanner_NotResp_IsRefused()
    {
        Action scan = () =>
        {
            var scanner = new RespScanner();
            scanner.Begin(1);
            scanner.Scan(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n")));
        };

        scan.Should().Throw<RedisProtocolException>();
    }

    [Fact]
    public void Writer_Command_IsAnArrayOfBulkStrings()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RespWriter(buffer);

        writer.Begin(4);
        writer.Add("SET"u8);
        writer.Add("ключ");
        writer.Add(-12);
        writer.Add(new StreamId(1700000000000, 3));

        Encoding.UTF8.GetString(buffer.WrittenSpan).Should().Be("*4\r\n$3\r\nSET\r\n$8\r\nключ\r\n$3\r\n-12\r\n$15\r\n1700000000000-3\r\n");
        writer.Written.Should().Be(buffer.WrittenCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5-")]
    [InlineData("a-1")]
    [InlineData("5-1x")]
    public void StreamId_OtherText_IsRefused(string text)
    {
        Action parse = () => StreamId.Parse(Encoding.ASCII.GetBytes(text));

        parse.Should().Throw<RedisProtocolException>();
    }

    private static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int size)
    {
        if (bytes.Length <= size) return new ReadOnlySequence<byte>(bytes);
        var first = new Segment(bytes[..size], 0);
        Segment last = first;
        for (int at = size; at < bytes.Length; at += size) last = last.Append(bytes.Slice(at, Math.Min(size, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
