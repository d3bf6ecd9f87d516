using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Servers;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>Dapr's services beside the sidecars: used where they run already (<c>dapr init</c>), else started when they are installed.</summary>
/// <param name="ToStart">What has to be started.</param>
/// <param name="Missing">What neither runs nor is installed.</param>
internal sealed record ControlPlane(IReadOnlyList<InstalledServer> ToStart, IReadOnlyList<string> Missing)
{
    /// <summary>The service that places actors.</summary>
    public const string Placement = "placement";

    /// <summary>The service that keeps reminders.</summary>
    public const string Scheduler = "scheduler";

    /// <summary>Where the sidecars find the service that places actors, unless it was started here.</summary>
    public const int PlacementPort = 50005;

    /// <summary>Where the sidecars find the service that keeps reminders, unless it was started here.</summary>
    public const int SchedulerPort = 50006;

    /// <summary>Both services.</summary>
    public static IReadOnlyList<string> Names { get; } = [Placement, Scheduler];

    /// <summary>What is to be done about the missing ones.</summary>
    public string Complaint =>
        $"Dapr's {string.Join(" and ", Missing)} {(Missing.Count == 1 ? "is" : "are")} missing (no program beside daprd, nothing listens on port {PlacementPort} or {SchedulerPort}): "
        + "without placement there are no actors, without scheduler no reminders. dapr init starts them in containers, dapr init --slim installs the programs.";

    /// <summary>Looks what is there.</summary>
    public static ControlPlane Find(DaprTools tools)
    {
        List<InstalledServer> start = [];
        List<string> missing = [];
        Look(Placement, PlacementPort, tools.Placement);
        Look(Scheduler, SchedulerPort, tools.Scheduler);
        return new ControlPlane(start, missing);

        void Look(string name, int port, string? program)
        {
            if (Listens(port)) return;
            if (program is null) missing.Add(name);
            else start.Add(new InstalledServer(new ControlPlaneServer(name), program));
        }
    }

    /// <summary>Whether somebody takes connections there. Both ports are among those the kernel gives to outgoing connections, so a port in use says nothing.</summary>
    internal static bool Listens(int port)
    {
        using var client = new TcpClient(AddressFamily.InterNetwork);
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return client.Client.LocalEndPoint is IPEndPoint own && own.Port != port;   // a connection to itself is nobody
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>One service of Dapr's control plane, on loopback, with its data in the data folder.</summary>
internal sealed class ControlPlaneServer(string name) : IServer
{
    private const string Loopback = "127.0.0.1";
    private const string PlacementId = "dapr-placement-0";
    private const string SchedulerId = "dapr-scheduler-server-0";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<ServerLaunch> PrepareAsync(string program, ServerSite site, CancellationToken cancellationToken)
    {
        int port = site.Port();
        ProgramFlags flags = await ProgramFlags.ReadAsync(program, cancellationToken).ConfigureAwait(false);
        string[] command = [program, .. flags.Known([.. Common(site, port), .. name == ControlPlane.Scheduler ? Jobs(site, port) : Raft(site)])];

        var spec = new ProcessSpec { Name = name, WorkingDirectory = site.Folder, Command = command };
        var process = new ServerProcess(spec, _ => Task.FromResult(!FreePorts.IsFree(port)), LongestStart: TimeSpan.FromSeconds(30), Grace: TimeSpan.FromSeconds(5));
        return new ServerLaunch($"127.0.0.1:{Text(port)}", new Dictionary<string, string>(StringComparer.Ordinal), [process]);
    }

    private static (string, string)[] Common(ServerSite site, int port) =>
    [
        ("--port", Text(port)), ("--listen-address", Loopback), ("--healthz-port", Text(site.AnyPort())), ("--healthz-listen-address", Loopback),
        ("--metrics-port", Text(site.AnyPort())), ("--metrics-listen-address", Loopback),
    ];

    private static (string, string)[] Raft(ServerSite site) => [("--id", PlacementId), ("--initial-cluster", $"{PlacementId}={Loopback}:{Text(site.AnyPort())}")];

    /// <summary>Two of them are named otherwise in older releases. The address of the etcd inside is part of its data, so it stays.</summary>
    private static (string, string)[] Jobs(ServerSite site, int port)
    {
        string client = Text(site.AnyPort()), cluster = $"{SchedulerId}=http://{Loopback}:{Text(site.Port("peer-port"))}";
        return
        [
            ("--id", SchedulerId), ("--etcd-data-dir", site.At("jobs")), ("--etcd-client-port", client), ("--etcd-client-ports", $"{SchedulerId}={client}"),
            ("--etcd-initial-cluster", cluster), ("--initial-cluster", cluster), ("--override-broadcast-host-port", $"{Loopback}:{Text(port)}"),
        ];
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
