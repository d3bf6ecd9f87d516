namespace DaprTrading.LocalRuntime.Host;

/// <summary>What a running system keeps on disk; one system per folder.</summary>
internal sealed class DataDirectory(string path)
{
    /// <summary>The folder itself.</summary>
    public string Path { get; } = path;

    /// <summary>Run-time state: who runs, where, and what it started.</summary>
    public string Run => System.IO.Path.Combine(Path, "run");

    /// <summary>Logs of the apps and of the runtime.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>Files of one of the servers below the components, e.g. <c>redis</c>.</summary>
    public string Server(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Messages no app could handle.</summary>
    public string DeadLetters => System.IO.Path.Combine(Path, "dead-letters");

    /// <summary>Held for the life of a runtime.</summary>
    public string LockFile => System.IO.Path.Combine(Run, "lock");

    /// <summary>Address, token and process of the running runtime.</summary>
    public string RuntimeFile => System.IO.Path.Combine(Run, "runtime.json");

    /// <summary>Processes the runtime started, for cleaning up after it was killed.</summary>
    public string ChildrenFile => System.IO.Path.Combine(Run, "children.json");

    /// <summary>The <c>{uuid}</c> of every app instance.</summary>
    public string UuidsFile => System.IO.Path.Combine(Run, "uuids.json");

    /// <summary>Log of one child: <c>{app}-{instance}</c>, a server such as <c>redis</c>, <c>generator</c> or <c>runtime</c>.</summary>
    public string Log(string name) => System.IO.Path.Combine(Logs, name + ".log");

    /// <summary>Creates the folders.</summary>
    public void Create()
    {
        Directory.CreateDirectory(Run);
        Directory.CreateDirectory(Logs);
    }

    /// <summary>The folder a command means: its option, the environment's <c>DAPRTRADING_DATA</c>, or <c>.data</c> in the repository.</summary>
    public static DataDirectory Resolve(string? option, Workspace workspace)
    {
        string? chosen = option ?? Environment.GetEnvironmentVariable("DAPRTRADING_DATA");
        return new DataDirectory(string.IsNullOrEmpty(chosen) ? System.IO.Path.Combine(workspace.Root, ".data") : System.IO.Path.GetFullPath(chosen));
    }
}
