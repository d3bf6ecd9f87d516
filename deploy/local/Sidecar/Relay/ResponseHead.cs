using System.Buffers.Text;
using System.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What the head of an answer says about itself and the body that follows it (RFC 9112).</summary>
/// <param name="Status">Status code, 100 to 999.</param>
/// <param name="Length">Bytes of the body; null when it is chunked or ends with the connection.</param>
/// <param name="Chunked">The body comes in chunks.</param>
/// <param name="Persistent">The connection may carry another call after the body, if that does not end with it.</param>
internal readonly record struct ResponseHead(int Status, long? Length, bool Chunked, bool Persistent)
{
    private const int VersionLength = 8;
    private const int StatusLength = 3;

    /// <summary>Bytes up to and with the empty line; 0 when it has not come yet.</summary>
    public static int FindEnd(ReadOnlySpan<byte> received)
    {
        int at = 0;
        while (true)
        {
            int feed = received[at..].IndexOf((byte)'\n');
            if (feed < 0) return 0;
            at += feed + 1;
            ReadOnlySpan<byte> rest = received[at..];
            if (rest.StartsWith("\n"u8)) return at + 1;
            if (rest.StartsWith("\r\n"u8)) return at + 2;
        }
    }

    /// <exception cref="HttpRequestException">It is no head of HTTP/1.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> line = HeaderFields.FirstLine(head).TrimEnd((byte)'\r');
        if (line.Length < VersionLength + 1 + StatusLength || !line.StartsWith("HTTP/1."u8) || line[VersionLength] != ' '
            || !Utf8Parser.TryParse(line.Slice(VersionLength + 1, StatusLength), out int status, out int digits) || digits != StatusLength || status < 100
            || (line.Length > VersionLength + 1 + StatusLength && line[VersionLength + 1 + StatusLength] != ' ')) throw Malformed("its first line is no status line");

        long? length = null;
        bool chunked = false, coded = false, persistent = line[VersionLength - 1] >= (byte)'1';
        foreach (HeaderField field in new HeaderFields(head))
        {
            if (field.Is("content-length"u8))
            {
                if (!Utf8Parser.TryParse(field.Value, out long given, out int read) || read != field.Value.Length || given < 0 || (length ?? given) != given)
                {
                    throw Malformed("its Content-Length is none");
                }

                length = given;
            }
            else if (field.Is("transfer-encoding"u8))
            {
                coded = true;
                chunked = EndsWithChunked(field.Value);
            }
            else if (field.Is("connection"u8))
            {
                persistent = persistent ? !field.Lists("close"u8) : field.Lists("keep-alive"u8);
            }
        }

        // With both, the length is a lie and so may be what follows.
        return new ResponseHead(status, coded ? null : length, chunked, persistent && !(coded && length is not null));
    }

    public static HttpRequestException Malformed(string why) => new(HttpRequestError.InvalidResponse, $"the app's answer cannot be read: {why}");

    private static bool EndsWithChunked(ReadOnlySpan<byte> codings)
    {
        int comma = codings.LastIndexOf((byte)',');
        return Ascii.EqualsIgnoreCase(codings[(comma + 1)..].Trim(" \t"u8), "chunked"u8);
    }
}

/// <summary>One header line.</summary>
internal readonly ref struct HeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>Without the blanks around it.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    public bool Is(ReadOnlySpan<byte> lowerCaseName) => Name.Length == lowerCaseName.Length && Ascii.EqualsIgnoreCase(Name, lowerCaseName);

    /// <summary>Whether a comma-separated value has an element.</summary>
    public bool Lists(ReadOnlySpan<byte> lowerCaseElement)
    {
        foreach (Range part in Value.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(Value[part].Trim(" \t"u8), lowerCaseElement)) return true;
        }

        return false;
    }
}

/// <summary>The header lines of a head, in order.</summary>
internal ref struct HeaderFields(ReadOnlySpan<byte> head)
{
    private ReadOnlySpan<byte> _rest = head[(FirstLine(head).Length + 1)..];

    public HeaderField Current { get; private set; }

    /// <summary>The first line, with a carriage return if it has one.</summary>
    public static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> head) => head[..head.IndexOf((byte)'\n')];

    public readonly HeaderFields GetEnumerator() => this;

    /// <exception cref="HttpRequestException">The line is no header.</exception>
    public bool MoveNext()
    {
        int end = _rest.IndexOf((byte)'\n');
        if (end < 0) return false;
        ReadOnlySpan<byte> line = _rest[..end].TrimEnd((byte)'\r');
        _rest = _rest[(end + 1)..];
        if (line.IsEmpty) return false;

        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAny(" \t"u8)) throw ResponseHead.Malformed("a header line has no name");
        Current = new HeaderField(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        return true;
    }
}
