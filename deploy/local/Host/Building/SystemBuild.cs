namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>Builds what <c>up</c> runs: the services, the generator and the dashboard; skips what has not changed.</summary>
internal sealed class SystemBuild(Workspace workspace, TimeProvider time, Action<string> progress)
{
    private static readonly string[] SharedFiles = ["Directory.Build.props", "Directory.Packages.props", "global.json", "BannedSymbols.txt", ".editorconfig"];

    /// <summary>Builds, services and dashboard side by side.</summary>
    /// <exception cref="UserException">A build failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using FileStream held = await TakeLockAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(BuildServicesAsync(cancellationToken), BuildDashboardAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Builds the dashboard only.</summary>
    /// <exception cref="UserException">The build failed.</exception>
    public async Task RunDashboardAsync(CancellationToken cancellationToken)
    {
        await using FileStream held = await TakeLockAsync(cancellationToken).ConfigureAwait(false);
        await BuildDashboardAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<FileStream> TakeLockAsync(CancellationToken cancellationToken) =>
        FileLock.TakeAsync(Path.Combine(workspace.Artifacts, ".stamps", "lock"), time, cancellationToken);

    private async Task BuildServicesAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp.For(workspace, "services");
        string filter = Path.Combine(workspace.Root, "deploy", "local", "services.slnf");
        bool complete = File.Exists(workspace.Executable("DaprTrading.Gateway")) && File.Exists(workspace.Executable("DaprTrading.Generator"));
        if (complete && stamp.Covers([At("services"), At("generator")], [.. SharedFiles.Select(At), filter])) return;

        DateTimeOffset begun = time.GetUtcNow();
        progress("services: dotnet build");
        await DotnetBuild.RunAsync(workspace, filter, cancellationToken).ConfigureAwait(false);
        stamp.Set(begun);
        progress($"services: built in {(time.GetUtcNow() - begun).TotalSeconds:0} s");
    }

    private async Task BuildDashboardAsync(CancellationToken cancellationToken)
    {
        var stamp = Stamp.For(workspace, "dashboard");
        string page = Path.Combine(workspace.DashboardOutput, "index.html");
        if (!File.Exists(Path.Combine(workspace.Dashboard, "package.json")))
        {
            progress("dashboard: there is no dashboard/package.json, so no page is built");
            return;
        }

        if (File.Exists(page) && stamp.Covers([workspace.Dashboard], [])) return;

        DateTimeOffset begun = time.GetUtcNow();
        await DashboardBuild.RunAsync(workspace, progress, cancellationToken).ConfigureAwait(false);
        stamp.Set(begun);
        progress($"dashboard: built in {(time.GetUtcNow() - begun).TotalSeconds:0} s");
    }

    private string At(string name) => Path.Combine(workspace.Root, name);
}
