using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Body of a bulk delivery, written straight to the connection: the stored events go out as the bytes they are, with constant text between,
/// so a batch needs no buffer of its own.
/// </summary>
internal sealed class BulkContent : HttpContent
{
    private const int GuidLength = 36;
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly Frame _frame;
    private readonly IReadOnlyList<BulkEntry> _entries;

    public BulkContent(Frame frame, IReadOnlyList<BulkEntry> entries)
    {
        _frame = frame;
        _entries = entries;
        Headers.ContentType = JsonType;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Frame.Open.Length + _frame.Close.Length + GuidLength + Frame.CloseId.Length + (_entries.Count - 1)
            + ((long)_entries.Count * (_frame.EntryOpen.Length + GuidLength + Frame.EntryMiddle.Length + _frame.EntryClose.Length));
        foreach (BulkEntry entry in _entries)
        {
            length += _frame.Raw ? Base64.GetMaxEncodedToUtf8Length(entry.Message.Data.Length) + 2 : entry.Message.Data.Length;
        }

        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Room for the text between two events; the events themselves are not copied.
        byte[] scratch = ArrayPool<byte>.Shared.Rent(_frame.LongestGap);
        try
        {
            int gap = Put(scratch, 0, Frame.Open);
            for (int i = 0; i < _entries.Count; i++)
            {
                if (i > 0) scratch[gap++] = (byte)',';
                gap = Put(scratch, gap, _frame.EntryOpen);
                gap = PutGuid(scratch, gap, _entries[i].Id);
                gap = Put(scratch, gap, Frame.EntryMiddle);
                await stream.WriteAsync(scratch.AsMemory(0, gap), cancellationToken);
                await WriteEventAsync(stream, _entries[i].Message.Data, cancellationToken);
                gap = Put(scratch, 0, _frame.EntryClose);
            }

            gap = Put(scratch, gap, _frame.Close, splitAt: _frame.IdAt, Guid.NewGuid());
            await stream.WriteAsync(scratch.AsMemory(0, gap), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private async ValueTask WriteEventAsync(Stream stream, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (!_frame.Raw)
        {
            await stream.WriteAsync(data, cancellationToken);
            return;
        }

        byte[] encoded = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(data.Length) + 2);
        try
        {
            encoded[0] = (byte)'"';
            Base64.EncodeToUtf8(data.Span, encoded.AsSpan(1), out _, out int written);
            encoded[written + 1] = (byte)'"';
            await stream.WriteAsync(encoded.AsMemory(0, written + 2), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(encoded);
        }
    }

    private static int Put(byte[] target, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(target.AsSpan(at));
        return at + text.Length;
    }

    private static int Put(byte[] target, int at, byte[] close, int splitAt, Guid id)
    {
        at = Put(target, at, close.AsSpan(0, splitAt));
        at = PutGuid(target, at, id);
        at = Put(target, at, Frame.CloseId);
        return Put(target, at, close.AsSpan(splitAt));
    }

    private static int PutGuid(byte[] target, int at, Guid id)
    {
        id.TryFormat(target.AsSpan(at), out int written);
        return at + written;
    }

    /// <summary>The constant text of a subscription's bulk requests.</summary>
    public sealed class Frame
    {
        private static readonly byte[] IdMember = "],\"id\":\""u8.ToArray();

        public Frame(SubscriptionPlan plan)
        {
            Raw = plan.Raw;
            string type = plan.Raw ? "application/octet-stream" : "application/cloudevents+json";
            string pubSub = Encode(plan.PubSub);
            EntryOpen = Encoding.UTF8.GetBytes($"{{\"contentType\":\"{type}\",\"entryId\":\"");
            EntryClose = Encoding.UTF8.GetBytes($",\"metadata\":{{\"pubsubName\":{pubSub}}}}}");
            string rest = $",\"metadata\":{{\"pubsubName\":{pubSub}}},\"pubsubname\":{pubSub},\"topic\":{Encode(plan.Topic)},\"type\":\"com.dapr.event.sent.bulk\"}}";
            Close = [.. IdMember, .. Encoding.UTF8.GetBytes(rest)];
            IdAt = IdMember.Length;
            LongestGap = Open.Length + EntryOpen.Length + EntryClose.Length + EntryMiddle.Length + Close.Length + CloseId.Length + (2 * GuidLength) + 1;
        }

        public static ReadOnlySpan<byte> Open => "{\"entries\":["u8;

        public static ReadOnlySpan<byte> EntryMiddle => "\",\"event\":"u8;

        public static ReadOnlySpan<byte> CloseId => "\""u8;

        public bool Raw { get; }

        public byte[] EntryOpen { get; }

        public byte[] EntryClose { get; }

        public byte[] Close { get; }

        public int IdAt { get; }

        public int LongestGap { get; }

        private static string Encode(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
    }
}
