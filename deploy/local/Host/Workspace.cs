using DaprTrading.LocalRuntime.Host.Publishing;

namespace DaprTrading.LocalRuntime.Host;

/// <summary>Where the project's sources and build output are, or the folder that <c>publish-apps</c> made of them.</summary>
internal sealed class Workspace
{
    private const string RootMarker = "DaprTrading.sln";

    private readonly PublishedFolder? _published;

    private Workspace(string root, string artifacts, PublishedFolder? published = null)
    {
        Root = root;
        Artifacts = artifacts;
        _published = published;
    }

    /// <summary>True in a published folder: there are programs, but no sources and nothing to build.</summary>
    public bool IsPublished => _published is not null;

    /// <summary>Root of the repository, or of the published folder.</summary>
    public string Root { get; }

    /// <summary>Build output: <c>artifacts/</c>, or where the environment's <c>ArtifactsPath</c> says.</summary>
    public string Artifacts { get; }

    /// <summary>The run file of the system itself.</summary>
    public string DefaultRunFile => IsPublished ? Path.Combine(Root, "dapr.yaml") : Path.Combine(Root, "deploy", "dapr", "dapr.yaml");

    /// <summary>The components that need nothing installed.</summary>
    public string MemoryComponents => Path.Combine(Root, "components", "memory");

    /// <summary>Folder of the dashboard's sources.</summary>
    public string Dashboard => Path.Combine(Root, "dashboard");

    /// <summary>What the dashboard's build writes.</summary>
    public string DashboardOutput => Path.Combine(Root, "services", "Visualization", "wwwroot");

    /// <summary>The program of a project, by project name.</summary>
    /// <exception cref="UserException">It is not part of the published folder.</exception>
    public string Executable(string project)
    {
        if (_published is null) return Path.Combine(Artifacts, "bin", project, "release", project + ".dll");
        return _published.Programs.TryGetValue(project, out string? path) ? Path.Combine(Root, path) : throw new UserException($"{Root} was published without {project}.");
    }

    /// <summary>Whether the program of a project is there.</summary>
    public bool Has(string project) => _published is null ? File.Exists(Executable(project)) : _published.Programs.ContainsKey(project);

    /// <summary>What to execute to run the program of a project; arguments follow.</summary>
    /// <exception cref="UserException">There is no such program, or no .NET to run it.</exception>
    public IReadOnlyList<string> Command(string project)
    {
        string executable = Executable(project);
        if (!executable.EndsWith(".dll", StringComparison.Ordinal)) return [executable];
        return [Processes.Executables.Find("dotnet") ?? throw new UserException("dotnet is missing: install .NET 10 (see ./run doctor)."), executable];
    }

    /// <summary>This, when there are sources.</summary>
    /// <exception cref="UserException">It is a published folder.</exception>
    public Workspace WithSources(string command) =>
        IsPublished ? throw new UserException($"{command} needs the sources, and {Root} holds programs only.") : this;

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
        if (PublishedFolder.Above(AppContext.BaseDirectory) is { } published) return new Workspace(published, published, PublishedFolder.Read(published));

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
