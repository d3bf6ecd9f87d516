using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>An app's answer whose head has been read; its body is still on the way.</summary>
internal sealed class RelayResponse(AppRelay relay, RelayConnection connection, ResponseHead head, RelayRequest request, Task sending) : IAppAnswer, IDisposable
{
    /// <summary>A body up to this size is passed on as a whole: if the app breaks off, its caller gets an error instead of half an answer.</summary>
    private const int MaxWhole = 32 * 1024;

    private const int SmallestPiece = 1024;

    private SemaphoreSlim? _place;
    private bool _kept;

    public int StatusCode => head.Status;

    private bool HasBody => !request.IsHead && head.Status is not (204 or 304) && head.Length != 0;

    private bool EndsWithConnection => HasBody && !head.Chunked && head.Length is null;

    /// <summary>Gives a place under the app's concurrency limit back when the answer has been read.</summary>
    public void Holds(SemaphoreSlim place) => _place = place;

    /// <summary>Gives the caller the answer, each piece as it comes.</summary>
    /// <exception cref="HttpRequestException">The app broke off.</exception>
    public async Task CopyToAsync(HttpContext caller)
    {
        CancellationToken aborted = caller.RequestAborted;
        try
        {
            using CancellationTokenRegistration gone = aborted.UnsafeRegister(static connection => ((RelayConnection)connection!).Dispose(), connection);
            CopyHead(caller.Response);
            if (HasBody) await CopyBodyAsync(caller.Response.BodyWriter, aborted);
            Keep();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            aborted.ThrowIfCancellationRequested();
            throw AppRelay.BrokeOff(e);
        }
        finally
        {
            await EndSendingAsync();
        }
    }

    /// <summary>Ends the call; the connection is closed unless the answer was read to its end.</summary>
    public void Dispose()
    {
        if (!_kept) connection.Dispose();
        Interlocked.Exchange(ref _place, null)?.Release();
    }

    private void CopyHead(HttpResponse to)
    {
        ReadOnlyMemory<byte> received = connection.Received;
        int end = ResponseHead.FindEnd(received.Span);
        to.StatusCode = head.Status;
        string named = "";
        foreach (HeaderField field in new HeaderFields(received.Span[..end]))
        {
            if (field.Is("connection"u8)) named = Encoding.Latin1.GetString(field.Value);
        }

        bool traced = false;
        foreach (HeaderField field in new HeaderFields(received.Span[..end]))
        {
            string name = HeaderNames.Of(field.Name);
            if (!ForwardedHeaders.ComesBack(name, named)) continue;
            string value = Encoding.Latin1.GetString(field.Value);
            // The sidecar's own is the default.
            bool replaces = !traced && field.Is("traceparent"u8);
            traced |= replaces;
            to.Headers[name] = replaces ? value : StringValues.Concat(to.Headers[name], value);
        }

        connection.Consume(end);
        if (HasBody && head.Length is { } length) to.ContentLength = length;
    }

    private async ValueTask CopyBodyAsync(PipeWriter to, CancellationToken aborted)
    {
        if (head.Chunked) await CopyChunksAsync(to, aborted);
        else if (head.Length is <= MaxWhole and { } small) await CopyWholeAsync(to, (int)small, aborted);
        else await CopyUntilAsync(to, head.Length ?? long.MaxValue, aborted);
    }

    private async ValueTask CopyWholeAsync(PipeWriter to, int length, CancellationToken aborted)
    {
        while (connection.Received.Length < length)
        {
            if (await connection.ReceiveAsync() == 0) throw AppRelay.BrokeOff();
        }

        await to.WriteAsync(connection.Received[..length], aborted);
        connection.Consume(length);
    }

    private async ValueTask CopyUntilAsync(PipeWriter to, long left, CancellationToken aborted)
    {
        int first = (int)Math.Min(left, connection.Received.Length);
        await to.WriteAsync(connection.Received[..first], aborted);
        connection.Consume(first);
        left -= first;
        while (left > 0)
        {
            Memory<byte> room = to.GetMemory(SmallestPiece);
            if (room.Length > left) room = room[..(int)left];
            int received = await connection.ReceiveAsync(room);
            if (received == 0 && head.Length is null) return;
            if (received == 0) throw AppRelay.BrokeOff();
            to.Advance(received);
            left -= received;
            await to.FlushAsync(aborted);
        }
    }

    private async ValueTask CopyChunksAsync(PipeWriter to, CancellationToken aborted)
    {
        var body = new ChunkedBody(connection);
        while (await body.ReadAsync() is { IsEmpty: false } piece) await to.WriteAsync(piece, aborted);
    }

    // Only a connection on which nothing more is said, in either direction, can carry another call.
    private void Keep()
    {
        if (!head.Persistent || EndsWithConnection || !sending.IsCompletedSuccessfully || !connection.Received.IsEmpty) return;
        _kept = true;
        relay.Keep(connection);
    }

    private async ValueTask EndSendingAsync()
    {
        if (sending.IsCompleted) return;
        connection.Dispose();
        request.StopReading();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>Header names as texts: those that every app sends are not made anew each time.</summary>
internal static class HeaderNames
{
    private static readonly string[] Frequent =
        ["Date", "Server", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Cache-Control", "ETag", "Vary", TraceContext.ParentHeader];

    public static string Of(ReadOnlySpan<byte> name)
    {
        foreach (string known in Frequent)
        {
            if (known.Length == name.Length && Ascii.EqualsIgnoreCase(name, known)) return known;
        }

        return Encoding.Latin1.GetString(name);
    }
}
