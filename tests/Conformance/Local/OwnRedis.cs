using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Local;

/// <summary>A redis-server for one run, on a free loopback port, without files.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(15);
    private readonly Process _process;

    private OwnRedis(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<OwnRedis> StartAsync()
    {
        string port = FreePort();
        string[] arguments = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"];
        var start = new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("redis-server does not start");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new OwnRedis(process, "127.0.0.1:" + port);
        if (await Waiting.UntilAsync(server.AnswersAsync, LongestStart, CancellationToken.None)) return server;
        await server.DisposeAsync();
        throw new InvalidOperationException("redis-server does not answer");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await new RedisProbe(Address).ExecuteAsync("PING"))[0] == "PONG";
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
