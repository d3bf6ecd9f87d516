using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Tests.Contract.Robustness;

/// <summary>What comes back for bytes no client would send. Status 0: the connection was closed without an answer.</summary>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Sends the bytes and reads one answer. When none comes soon the sending half is closed; a connection that then stays open throws.</summary>
    public static async Task<RawAnswer> AskAsync(int port, byte[] request, int patienceMs = 150)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        var answer = new MemoryStream();
        byte[] piece = new byte[16 * 1024];
        try
        {
            Task sending = SendAsync(socket, request, limit.Token);
            Task<int> reading = socket.ReceiveAsync(piece, limit.Token).AsTask();
            await sending;
            if (await Task.WhenAny(reading, PatienceAsync(patienceMs, limit.Token)) != reading) socket.Shutdown(SocketShutdown.Send);
            for (int read; (read = await reading) > 0; reading = socket.ReceiveAsync(piece, limit.Token).AsTask())
            {
                answer.Write(piece, 0, read);
                if (IsWhole(Encoding.Latin1.GetString(answer.ToArray()))) break;
            }
        }
        catch (SocketException)
        {
            // Closed hard, after what was read.
        }

        return Parse(Encoding.Latin1.GetString(answer.ToArray()));
    }

    private static async Task SendAsync(Socket socket, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(request, cancellationToken);
        }
        catch (SocketException)
        {
            // It did not want all of it; there may be an answer all the same.
        }
    }

    private static async Task PatienceAsync(int milliseconds, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync(cancellationToken);
    }

    private static bool IsWhole(string text)
    {
        if (text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal)) return false;
        if (!text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)) return text.Length >= 9;
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        string head = text[..end];
        if (head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        return head.StartsWith("HTTP/1.1 204", StringComparison.Ordinal) || (Length(head) is { } length && text.Length - end - 4 >= length);
    }

    private static int? Length(string head)
    {
        foreach (string line in head.Split("\r\n"))
        {
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) return int.Parse(line.AsSpan(16), CultureInfo.InvariantCulture);
        }

        return null;
    }

    /// <summary>The last answer: a provisional one comes before it, one to a second request behind it is left out.</summary>
    private static RawAnswer Parse(string text)
    {
        while (text.StartsWith("HTTP/1.1 100", StringComparison.Ordinal)) text = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (text.Length == 0) return new RawAnswer(0, "", "");
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)) throw new InvalidDataException($"no HTTP answer: {text[..Math.Min(200, text.Length)]}");
        string head = text[..end];
        string body = text[(end + 4)..];
        if (Length(head) is { } length) body = body[..Math.Min(body.Length, length)];
        return new RawAnswer(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, body);
    }
}
