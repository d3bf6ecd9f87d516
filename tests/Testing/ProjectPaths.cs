namespace DaprTrading.Tests.Testing;

/// <summary>Where the built programs and the repository are, found from the running assembly.</summary>
public static class ProjectPaths
{
    /// <summary>Folder that holds <c>DaprTrading.sln</c>.</summary>
    public static string Root { get; } = Up(AppContext.BaseDirectory, folder => File.Exists(Path.Combine(folder, "DaprTrading.sln")))
        ?? Environment.GetEnvironmentVariable("DAPRTRADING_ROOT")
        ?? throw new InvalidOperationException("DaprTrading.sln is in no parent folder; set DAPRTRADING_ROOT to the repository.");

    /// <summary>The <c>bin</c> folder of the build output the running assembly belongs to.</summary>
    public static string Bin { get; } = Up(AppContext.BaseDirectory, folder => Directory.Exists(Path.Combine(folder, "DaprTrading.Contracts")))
        ?? Path.Combine(Root, "artifacts", "bin");

    /// <summary>The program of a project.</summary>
    public static string Program(string project) => Path.Combine(Bin, project, "release", project + ".dll");

    private static string? Up(string from, Func<string, bool> found)
    {
        for (string? folder = from; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (found(folder)) return folder;
        }

        return null;
    }
}
