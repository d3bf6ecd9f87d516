namespace DaprTrading.LocalRuntime.Host;

/// <summary>Where the project's sources and build output are.</summary>
internal sealed class Workspace
{
    private const string RootMarker = "DaprTrading.sln";

    private Workspace(string root, string artifacts)
    {
        Root = root;
        Artifacts = artifacts;
    }

    /// <summary>Root of the repository.</summary>
    public string Root { get; }

    /// <summary>Build output: <c>artifacts/</c>, or where the environment's <c>ArtifactsPath</c> says.</summary>
    public string Artifacts { get; }

    /// <summary>The run file of the system itself.</summary>
    public string DefaultRunFile => Path.Combine(Root, "deploy", "dapr", "dapr.yaml");

    /// <summary>The components that need nothing installed.</summary>
    public string MemoryComponents => Path.Combine(Root, "components", "memory");

    /// <summary>Folder of the dashboard's sources.</summary>
    public string Dashboard => Path.Combine(Root, "dashboard");

    /// <summary>What the dashboard's build writes.</summary>
    public string DashboardOutput => Path.Combine(Root, "services", "Visualization", "wwwroot");

    /// <summary>The executable of a project, by project name.</summary>
    public string Executable(string project) => Path.Combine(Artifacts, "bin", project, "release", project + ".dll");

    /// <summary>A path for people: relative to the root when it is inside.</summary>
    public string Display(string path)
    {
        string relative = Path.GetRelativePath(Root, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>
    /// The path a run file names, with the repository's <c>artifacts/</c> replaced by the folder the environment's <c>ArtifactsPath</c> names,
    /// so that a system built elsewhere runs what was built there.
    /// </summary>
    public string Redirect(string argument, string workingDirectory)
    {
        if (!argument.Contains("artifacts/", StringComparison.Ordinal)) return argument;

        string full = Path.GetFullPath(argument, workingDirectory);
        string standard = Path.Combine(Root, "artifacts") + Path.DirectorySeparatorChar;
        return full.StartsWith(standard, StringComparison.Ordinal) ? Path.Combine(Artifacts, full[standard.Length..]) : argument;
    }

    /// <summary>Finds the repository: from the environment (the run script tells), the current folder or the executable's.</summary>
    /// <exception cref="UserException">It is nowhere there.</exception>
    public static Workspace Find()
    {
        string? told = Environment.GetEnvironmentVariable("DAPRTRADING_ROOT");
        string root = (string.IsNullOrEmpty(told) ? null : Above(told)) ?? Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
            ?? throw new UserException($"The repository was not found: no {RootMarker} in or above {Environment.CurrentDirectory}. Start through ./run.");

        string? artifacts = Environment.GetEnvironmentVariable("ArtifactsPath");
        return new Workspace(root, string.IsNullOrEmpty(artifacts) ? Path.Combine(root, "artifacts") : Path.GetFullPath(artifacts, root));
    }

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, RootMarker))) return at.FullName;
        }

        return null;
    }
}
