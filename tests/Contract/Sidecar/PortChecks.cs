using System.Net;
using System.Net.Sockets;
using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class PortChecks
{
    [Fact]
    public async Task Start_PortHeldForAMoment_WaitsForIt()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        int port = ((IPEndPoint)holder.LocalEndpoint).Port;
        Task<SidecarServer> start = StartAsync(port);
        start.IsCompleted.Should().BeFalse("the port is taken");

        holder.Stop();
        await using SidecarServer server = await start;
        server.Port.Should().Be(port);
    }

    [Fact]
    public async Task Start_PortHeldForGood_NamesIt()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        int port = ((IPEndPoint)holder.LocalEndpoint).Port;

        Func<Task> start = () => StartAsync(port);

        (await start.Should().ThrowAsync<IOException>()).WithMessage($"*{port}*");
    }

    private static Task<SidecarServer> StartAsync(int port) => SidecarServer.StartAsync(
        port, _ => Task.CompletedTask, null, _ => Task.CompletedTask, NullLoggerFactory.Instance, CancellationToken.None);
}
