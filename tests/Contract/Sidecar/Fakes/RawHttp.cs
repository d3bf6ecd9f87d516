using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>Sends text as it is, for requests no client would make.</summary>
internal static class RawHttp
{
    public static async Task<string> SendAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
