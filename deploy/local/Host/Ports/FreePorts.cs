using System.Net;
using System.Net.Sockets;

namespace DaprTrading.LocalRuntime.Host.Ports;

/// <summary>Hands out free loopback ports, never the same twice, and never one another runtime of this machine was given.</summary>
/// <remarks>
/// The ports lie below the kernel's range for outgoing connections: a process that restarts on its port must not find it taken by somebody's
/// outgoing connection. Each runtime reserves blocks of ports by a file lock, which ends with its process. Thread-safe.
/// </remarks>
internal sealed class FreePorts : IDisposable
{
    private const int BlockSize = 50;
    private const int Lowest = 20_000;

    private readonly Lock _gate = new();
    private readonly HashSet<int> _given = [];
    private readonly List<FileStream> _blocks = [];
    private readonly Queue<int> _candidates = new();
    private readonly string _folder;
    private readonly int _blockCount;
    private readonly int _start;
    private int _tried;

    /// <param name="folder">Where the reservations are; null: the folder all runtimes of this user share.</param>
    public FreePorts(string? folder = null)
    {
        _folder = folder ?? Path.Combine(Path.GetTempPath(), "daprtrading-ports-" + Environment.UserName);
        _blockCount = Math.Max(0, (EphemeralStart() - Lowest) / BlockSize);
        _start = Environment.ProcessId;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>A port nobody listens on now.</summary>
    public int Take()
    {
        lock (_gate)
        {
            while (_candidates.Count > 0 || ReserveBlock())
            {
                int port = _candidates.Dequeue();
                if (!_given.Contains(port) && IsFree(port))
                {
                    _given.Add(port);
                    return port;
                }
            }

            return TakeFromKernel();
        }
    }

    /// <summary>Marks a port chosen by someone else as taken.</summary>
    public void Exclude(int port)
    {
        lock (_gate) _given.Add(port);
    }

    /// <summary>Whether a listener could be opened on the port, on loopback and on every address.</summary>
    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && CanBind(IPAddress.Any, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (FileStream block in _blocks) block.Dispose();
            _blocks.Clear();
            _candidates.Clear();
        }
    }

    private bool ReserveBlock()
    {
        for (; _tried < _blockCount; _tried++)
        {
            int block = (_start + _tried) % _blockCount;
            try
            {
                _blocks.Add(new FileStream(Path.Combine(_folder, $"{block}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                continue;   // another runtime has this block
            }

            _tried++;
            for (int i = 0; i < BlockSize; i++) _candidates.Enqueue(Lowest + (block * BlockSize) + i);
            return true;
        }

        return false;
    }

    private int TakeFromKernel()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (_given.Add(port)) return port;
        }
    }

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return true;   // no such address on this machine, so nobody can hold it
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int EphemeralStart()
    {
        const string File = "/proc/sys/net/ipv4/ip_local_port_range";
        if (System.IO.File.Exists(File) && int.TryParse(System.IO.File.ReadAllText(File).Split('\t', ' ')[0], out int start)) return start;
        return 49_152;
    }
}
