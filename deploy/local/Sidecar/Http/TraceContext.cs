using System.Buffers.Binary;
using System.Diagnostics;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>W3C trace context of one span: ids only, nothing is exported. <see cref="Parent"/> is empty when tracing is off.</summary>
internal readonly record struct TraceContext(string Parent, string State)
{
    public const string ParentHeader = "traceparent";
    public const string StateHeader = "tracestate";

    private const int Length = 55;
    private const int MaxStateLength = 512;

    public static readonly TraceContext None = new("", "");

    public bool IsOn => Parent.Length > 0;

    /// <summary>A span below <paramref name="parent"/>, or the first of a new trace when that is missing or invalid.</summary>
    public static TraceContext Begin(string? parent, string? state, double samplingRate)
    {
        if (samplingRate <= 0) return None;
        if (parent is not null && IsValid(parent))
        {
            return new TraceContext(WithNewSpan(parent), state is { Length: <= MaxStateLength } && IsPrintable(state) ? state : "");
        }

        var trace = ActivityTraceId.CreateRandom();
        return new TraceContext($"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-{(Sampled(trace, samplingRate) ? "01" : "00")}", "");
    }

    /// <summary>A span below this one; nothing when tracing is off.</summary>
    public TraceContext Child() => IsOn ? this with { Parent = WithNewSpan(Parent) } : this;

    /// <summary>Writes the headers of a request made within this span.</summary>
    public void Write(HttpRequestMessage request)
    {
        if (!IsOn) return;
        request.Headers.Remove(ParentHeader);
        request.Headers.TryAddWithoutValidation(ParentHeader, Parent);
        request.Headers.Remove(StateHeader);
        if (State.Length > 0) request.Headers.TryAddWithoutValidation(StateHeader, State);
    }

    private static string WithNewSpan(string parent) => string.Create(Length, parent, static (text, from) =>
    {
        from.AsSpan(0, Length).CopyTo(text);
        ActivitySpanId.CreateRandom().ToHexString().CopyTo(text[36..]);
    });

    private static bool Sampled(ActivityTraceId trace, double rate)
    {
        if (rate >= 1) return true;
        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) < rate * ulong.MaxValue;
    }

    private static bool IsValid(string parent)
    {
        if (parent.Length < Length || parent[2] != '-' || parent[35] != '-' || parent[52] != '-') return false;
        if (parent.Length > Length && (parent.StartsWith("00", StringComparison.Ordinal) || parent[Length] != '-')) return false;
        ReadOnlySpan<char> text = parent;
        return IsHex(text[..2]) && !text[..2].SequenceEqual("ff") && IsHex(text[53..55])
            && IsHex(text[3..35]) && text[3..35].ContainsAnyExcept('0') && IsHex(text[36..52]) && text[36..52].ContainsAnyExcept('0');
    }

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) return false;
        }

        return true;
    }
}
