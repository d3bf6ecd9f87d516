using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The request the target app sees, as bytes: the caller's, but for the headers that the way itself adds, changes or keeps.</summary>
internal sealed class RelayRequest(ApiContext call, Invocation invocation)
{
    /// <summary>A body up to this size goes out together with the head if it is there already.</summary>
    private const int MaxTogether = 16 * 1024;

    private const string Address = "127.0.0.1";
    private static readonly string HostName = Dns.GetHostName();
    private static readonly string Forwarded = $"for={Address};by={Address};host={HostName}";
    private static readonly SearchValues<char> NoTarget = SearchValues.Create([.. Enumerable.Range(0, '!').Select(c => (char)c), '\x7f']);
    private static readonly SearchValues<char> NoValue = SearchValues.Create("\r\n\0");

    private readonly HttpRequest _source = call.Http.Request;

    /// <summary>The verb, for metrics.</summary>
    public string Method => _source.Method;

    /// <summary>True once bytes may have been taken from the caller: the request cannot be sent again.</summary>
    public bool Taken { get; private set; }

    /// <summary>Whether the answer has no body, whatever it says.</summary>
    public bool IsHead => HttpMethods.IsHead(_source.Method);

    private bool HasStream => invocation is { HasBody: true, Buffered: null };

    /// <summary>Writes the head, and the body if it is small and has arrived.</summary>
    /// <returns>False when the body has still to be sent with <see cref="SendBodyAsync"/>.</returns>
    public bool Write(RelayBuffer to, ReadOnlySpan<byte> channelHeaders)
    {
        WriteHead(to, channelHeaders);
        if (invocation.Buffered is { Length: <= MaxTogether } small) to.Append(small.Span);
        else if (invocation.Buffered is not null) return false;
        return !HasStream || WriteArrived(to);
    }

    /// <summary>Sends the body while it arrives: each piece as it comes, nothing is kept.</summary>
    public async Task SendBodyAsync(RelayConnection to, CancellationToken cancellationToken)
    {
        if (invocation.Buffered is { } buffered)
        {
            await to.SendAsync(buffered);
            return;
        }

        Taken = true;
        PipeReader reader = _source.BodyReader;
        for (long taken = 0; ;)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            if (read.IsCanceled) throw new OperationCanceledException();
            ReadOnlySequence<byte> buffer = read.Buffer;
            taken += buffer.Length;
            if (taken > call.Sidecar.Options.MaxBodySize) throw new BodyTooLargeException();
            await SendPieceAsync(to, buffer, read.IsCompleted);
            reader.AdvanceTo(buffer.End);
            if (read.IsCompleted) return;
        }
    }

    /// <summary>Ends <see cref="SendBodyAsync"/> where it waits for the caller.</summary>
    public void StopReading() => _source.BodyReader.CancelPendingRead();

    private async ValueTask SendPieceAsync(RelayConnection to, ReadOnlySequence<byte> piece, bool last)
    {
        if (!invocation.Streamed)
        {
            foreach (ReadOnlyMemory<byte> part in piece) await to.SendAsync(part);
            return;
        }

        if (!piece.IsEmpty)
        {
            to.Output.AppendHex(piece.Length).Append("\r\n"u8);
            foreach (ReadOnlyMemory<byte> part in piece) to.Output.Append(part.Span);
            to.Output.Append("\r\n"u8);
        }

        if (last) to.Output.Append("0\r\n\r\n"u8);
        await to.FlushAsync();
    }

    private bool WriteArrived(RelayBuffer to)
    {
        if (_source.ContentLength is not { } length || length > MaxTogether || !_source.BodyReader.TryRead(out ReadResult read)) return false;
        if (read.Buffer.Length < length)
        {
            _source.BodyReader.AdvanceTo(read.Buffer.Start);
            return false;
        }

        Taken = true;
        foreach (ReadOnlyMemory<byte> part in read.Buffer) to.Append(part.Span);
        _source.BodyReader.AdvanceTo(read.Buffer.End);
        return true;
    }

    private void WriteHead(RelayBuffer to, ReadOnlySpan<byte> channelHeaders)
    {
        if (invocation.PathAndQuery.AsSpan().ContainsAny(NoTarget)) throw new InvocationException($"invalid method: {invocation.PathAndQuery}");
        to.Append(_source.Method).Append(" "u8).Append(invocation.PathAndQuery).Append(" HTTP/1.1\r\n"u8).Append(channelHeaders);
        CopyHeaders(to);
        if (call.Trace.IsOn)
        {
            Header(to, TraceContext.ParentHeader, call.Trace.Parent);
            if (call.Trace.State.Length > 0) Header(to, TraceContext.StateHeader, call.Trace.State);
        }

        Header(to, "dapr-caller-app-id", call.AppId);
        Header(to, "dapr-caller-namespace", call.Sidecar.Options.Namespace);
        Header(to, "dapr-callee-app-id", invocation.AppId);
        if (!invocation.Self)
        {
            Header(to, "X-Forwarded-For", Address);
            Header(to, "X-Forwarded-Host", HostName);
            Header(to, "Forwarded", Forwarded);
        }

        if (invocation.Streamed) to.Append("Transfer-Encoding: chunked\r\n"u8);
        else if (BodyLength() is { } length) to.Append("Content-Length: "u8).AppendDecimal(length).Append("\r\n"u8);
        to.Append("\r\n"u8);
    }

    // A verb that usually has a body says so when it has none.
    private long? BodyLength()
    {
        if (invocation.HasBody) return invocation.Buffered?.Length ?? _source.ContentLength;
        string method = _source.Method;
        bool usual = HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method);
        return usual || _source.Headers.ContentType.Count > 0 ? 0 : null;
    }

    private void CopyHeaders(RelayBuffer to)
    {
        string connection = _source.Headers.Connection.ToString();
        foreach (var (name, values) in _source.Headers)
        {
            if (ForwardedHeaders.NameInTheApp(name, connection) is not { } sent || IsOurs(name)) continue;
            foreach (string? value in values) Header(to, sent, value ?? "");
        }
    }

    // What the caller says of these is replaced by what is so.
    private bool IsOurs(string name) => name.Length switch
    {
        11 => call.Trace.IsOn && Same(name, TraceContext.ParentHeader),
        10 => call.Trace.IsOn && Same(name, TraceContext.StateHeader),
        18 => Same(name, "dapr-caller-app-id") || Same(name, "dapr-callee-app-id"),
        21 => Same(name, "dapr-caller-namespace"),
        15 => !invocation.Self && Same(name, "X-Forwarded-For"),
        16 => !invocation.Self && Same(name, "X-Forwarded-Host"),
        9 => !invocation.Self && Same(name, "Forwarded"),
        _ => false,
    };

    private static bool Same(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static void Header(RelayBuffer to, string name, string value)
    {
        if (value.AsSpan().ContainsAny(NoValue)) throw new InvocationException($"invalid header {name}");
        to.Append(name).Append(": "u8).Append(value).Append("\r\n"u8);
    }
}
