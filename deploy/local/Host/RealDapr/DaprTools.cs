using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>The programs of an installed Dapr; null: not there.</summary>
/// <param name="Cli">The command line, <c>dapr</c>.</param>
/// <param name="Sidecar">The sidecar, <c>daprd</c>.</param>
/// <param name="Placement">The service that places actors.</param>
/// <param name="Scheduler">The service that keeps reminders.</param>
internal sealed record DaprTools(string? Cli, string? Sidecar, string? Placement, string? Scheduler)
{
    /// <summary>The program that plays the sidecars.</summary>
    public string Program => Cli ?? Sidecar!;

    /// <summary>Looks on the path and where <c>dapr init</c> puts them.</summary>
    /// <exception cref="UserException">There is no Dapr.</exception>
    public static DaprTools Find()
    {
        string[] folders = [.. InstallFolders()];
        var tools = new DaprTools(Executables.Find("dapr"), Installed("daprd", folders), Installed("placement", folders), Installed("scheduler", folders));
        if (tools.Cli is null && tools.Sidecar is null)
        {
            throw new UserException(
                $"No Dapr was found: neither dapr nor daprd is on the path, nor daprd in {string.Join(" or ", folders)}. "
                + "Install the Dapr CLI (https://docs.dapr.io/getting-started/install-dapr-cli/) and run dapr init, or leave out --dapr: the local runtime needs none.");
        }

        return tools;
    }

    private static string? Installed(string name, string[] folders) =>
        Executables.Find(name) ?? folders.Select(folder => Executables.Resolve(Path.Combine(folder, name), folder)).FirstOrDefault(path => path is not null);

    private static IEnumerable<string> InstallFolders()
    {
        if (Environment.GetEnvironmentVariable("DAPR_RUNTIME_PATH") is { Length: > 0 } chosen) yield return Path.Combine(chosen, ".dapr", "bin");
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", "bin");
    }
}
