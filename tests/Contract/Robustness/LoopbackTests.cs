using System.Globalization;
using System.Net;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Tests.Contract.Robustness;

/// <summary>Nothing of the runtime can be reached from another machine.</summary>
public sealed class LoopbackTests
{
    [Fact]
    public async Task EveryListeningSocketOfTheProcess_IsOnLoopback()
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node web = await runtime.AddAsync(new NodeSetup("web") { Metrics = true });

        List<IPEndPoint> listening = [.. Listening("/proc/net/tcp"), .. Listening("/proc/net/tcp6")];

        listening.Select(socket => socket.Port).Should().Contain([web.Http.Port, web.MetricsPort]);
        listening.Should().OnlyContain(socket => IPAddress.IsLoopback(socket.Address));
    }

    [Theory]
    [InlineData("s3cret", 200)]
    [InlineData("s3cre", 401)]
    [InlineData("s3cret ", 200)]
    [InlineData("s3cretx", 401)]
    [InlineData("S3CRET", 401)]
    [InlineData("", 401)]
    public async Task Token_MustBeTheWholeToken(string given, int status)
    {
        await using MemoryRuntime runtime = await MemoryRuntime.StartAsync();
        Node web = await runtime.AddAsync(new NodeSetup("web") { ApiToken = "s3cret" });

        Reply reply = await web.Get("/v1.0/metadata", ("dapr-api-token", given));

        reply.Status.Should().Be(status, "a blank at the end of a header is none of its value");
    }

    private static IEnumerable<IPEndPoint> Listening(string table)
    {
        HashSet<string> own = [.. Sockets()];
        foreach (string line in File.ReadLines(table).Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[3] != "0A" || !own.Contains(fields[9])) continue;
            string[] local = fields[1].Split(':');
            byte[] address = Convert.FromHexString(local[0]);
            // Words of four bytes in the machine's order.
            for (int at = 0; at < address.Length; at += 4) Array.Reverse(address, at, 4);
            yield return new IPEndPoint(new IPAddress(address), int.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
    }

    // The inodes of this process's sockets, which is what the tables know them by.
    private static IEnumerable<string> Sockets()
    {
        foreach (string file in Directory.EnumerateFiles($"/proc/{Environment.ProcessId}/fd"))
        {
            string? target = new FileInfo(file).LinkTarget;
            if (target?.StartsWith("socket:[", StringComparison.Ordinal) == true) yield return target[8..^1];
        }
    }
}
