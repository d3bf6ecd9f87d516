namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>A server the runtime can start for itself.</summary>
internal interface IServer
{
    /// <summary>Name in commands, logs, and of its folder in the data folder.</summary>
    string Name { get; }

    /// <summary>Makes its folder and settings ready. Nothing of it runs then.</summary>
    /// <exception cref="UserException">It cannot run here; the message says what to do.</exception>
    Task<ServerLaunch> PrepareAsync(string program, ServerSite site, CancellationToken cancellationToken);
}

/// <summary>A server below the components: a broker, a cache, a database.</summary>
internal interface IBackingServer : IServer
{
    /// <summary>The Debian package it comes with.</summary>
    string Package { get; }

    /// <summary>The variable by which components find it. When it is set, somebody else runs the server.</summary>
    string AddressVariable { get; }

    /// <summary>Whether a component of this type works on such a server.</summary>
    bool Serves(string componentType);

    /// <summary>Its main program; null when it is not installed.</summary>
    string? Find();
}

/// <summary>A server that is installed.</summary>
/// <param name="Server">What it is.</param>
/// <param name="Program">Its main program.</param>
internal sealed record InstalledServer(IServer Server, string Program);

/// <summary>How a prepared server is started and found.</summary>
/// <param name="Address">Where it listens, <c>host:port</c>.</param>
/// <param name="Variables">The variables components read.</param>
/// <param name="Processes">Its processes in the order of their start; the last one is the server itself.</param>
internal sealed record ServerLaunch(string Address, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<ServerProcess> Processes);

/// <summary>One process of a server.</summary>
/// <param name="Spec">What to start.</param>
/// <param name="AnswersAsync">Whether it works by now.</param>
/// <param name="LongestStart">How long the first answer may take.</param>
/// <param name="Grace">How long it may take to end.</param>
internal sealed record ServerProcess(
    Processes.ProcessSpec Spec, Func<CancellationToken, Task<bool>> AnswersAsync, TimeSpan LongestStart, TimeSpan Grace);
