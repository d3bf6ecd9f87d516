using System.Net;
using System.Net.Sockets;
using DaprTrading.LocalRuntime.Host.Ports;

namespace DaprTrading.Tests.Contract.Host;

public sealed class PortsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_ManyPorts_NeverTheSameTwice()
    {
        using var ports = new FreePorts(_folder.Path);

        int[] taken = [.. Enumerable.Range(0, 130).Select(_ => ports.Take())];

        taken.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Take_TwoRuntimesAtTheSameTime_ShareNoPort()
    {
        using var one = new FreePorts(_folder.Path);
        using var other = new FreePorts(_folder.Path);

        int[] first = [.. Enumerable.Range(0, 60).Select(_ => one.Take())];
        int[] second = [.. Enumerable.Range(0, 60).Select(_ => other.Take())];

        first.Should().NotIntersectWith(second);
    }

    [Fact]
    public void Take_ExcludedPort_IsNotHandedOut()
    {
        int next;
        using (var probe = new FreePorts(_folder.Path)) next = probe.Take();
        using var ports = new FreePorts(_folder.Path);
        ports.Exclude(next);

        int[] taken = [.. Enumerable.Range(0, 60).Select(_ => ports.Take())];

        taken.Should().NotContain(next);
    }

    [Theory, InlineData("127.0.0.1"), InlineData("0.0.0.0")]
    public void IsFree_SomebodyListens_IsFalse(string address)
    {
        using Socket listener = Listen(IPAddress.Parse(address), out int port);

        FreePorts.IsFree(port).Should().BeFalse();

        listener.Dispose();
        FreePorts.IsFree(port).Should().BeTrue();
    }

    [Fact]
    public void Find_OwnListener_NamesThisProcess()
    {
        using Socket listener = Listen(IPAddress.Loopback, out int port);

        PortHolder? holder = PortHolder.Find(port);

        holder.Should().NotBeNull();
        holder!.Pid.Should().Be(Environment.ProcessId);
        holder.Command.Should().Contain("dotnet").And.NotContain("\0");
        PortHolder.Describe(port).Should().Contain($"pid {Environment.ProcessId}");
    }

    [Fact]
    public void Find_NobodyListens_IsNull()
    {
        Socket listener = Listen(IPAddress.Loopback, out int port);
        listener.Dispose();

        PortHolder.Find(port).Should().BeNull();
    }

    private static Socket Listen(IPAddress address, out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen(1);
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }
}
