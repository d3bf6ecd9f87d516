namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>Builds the dashboard with npm.</summary>
internal static class DashboardBuild
{
    /// <summary>Installs the packages when they are missing or older than the lock file, then builds into the folder visualization serves.</summary>
    /// <exception cref="UserException">It failed; the message holds the tool's last lines.</exception>
    public static async Task RunAsync(Workspace workspace, Action<string> progress, CancellationToken cancellationToken)
    {
        await InstallAsync(workspace, progress, cancellationToken).ConfigureAwait(false);
        progress("dashboard: npm run build");
        await NpmAsync(workspace, ["run", "build"], cancellationToken).ConfigureAwait(false);
    }

    /// <summary><c>npm ci</c> when it is needed.</summary>
    public static async Task InstallAsync(Workspace workspace, Action<string> progress, CancellationToken cancellationToken)
    {
        string installed = Path.Combine(workspace.Dashboard, "node_modules", ".package-lock.json");
        string wanted = Path.Combine(workspace.Dashboard, "package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted)) return;

        progress("dashboard: npm ci");
        await NpmAsync(workspace, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Path of npm.</summary>
    /// <exception cref="UserException">It is missing.</exception>
    public static string Npm() =>
        Processes.Executables.Find("npm") ?? throw new UserException("npm is missing: install Node.js 20 or later (Debian: apt-get install nodejs npm).");

    private static async Task NpmAsync(Workspace workspace, string[] arguments, CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        int code = await Tool.RunAsync(Npm(), arguments, workspace.Dashboard, Note, cancellationToken).ConfigureAwait(false);
        if (code != 0) throw new UserException($"npm {string.Join(' ', arguments)} failed in {workspace.Display(workspace.Dashboard)}:\n  " + string.Join("\n  ", last));

        void Note(string line)
        {
            last.Enqueue(line);
            if (last.Count > 30) last.Dequeue();
        }
    }
}
