using System.Globalization;
using DaprTrading.LocalRuntime.Host.Ports;

namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>Where one server lives: its folder and its ports.</summary>
internal sealed class ServerSite(string folder, FreePorts ports)
{
    /// <summary>Its folder; everything it writes is inside.</summary>
    public string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>A path inside the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>The port of the last run when it is free, else a new one.</summary>
    /// <param name="name">Which of its ports.</param>
    public int Port(string name = "port")
    {
        string file = At(name);
        if (File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out int last) && last is > 1023 and < 65536 && FreePorts.IsFree(last))
        {
            ports.Exclude(last);
            return last;
        }

        int port = ports.Take();
        File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    /// <summary>A free port for something nobody has to find again.</summary>
    public int AnyPort() => ports.Take();
}
