namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>Remembers when something was last built, to skip building it again while its sources are older.</summary>
internal sealed class Stamp(string file)
{
    private static readonly string[] Output = ["bin", "obj", "artifacts", "node_modules", "dist", "wwwroot", "TestResults", "coverage", ".data", ".dapr", ".git"];

    /// <summary>The stamp of one kind of build in a workspace.</summary>
    public static Stamp For(Workspace workspace, string kind) => new(Path.Combine(workspace.Artifacts, ".stamps", kind));

    /// <summary>Whether nothing below the folders, nor the files, changed since the stamp. Folders count too: a deleted file changes its folder.</summary>
    public bool Covers(IEnumerable<string> folders, IEnumerable<string> files)
    {
        if (!File.Exists(file)) return false;

        DateTime built = File.GetLastWriteTimeUtc(file);
        return files.Where(File.Exists).All(path => File.GetLastWriteTimeUtc(path) < built)
            && folders.Where(Directory.Exists).All(folder => IsOlder(new DirectoryInfo(folder), built));
    }

    /// <summary>Notes that a build which began at <paramref name="begun"/> has succeeded.</summary>
    public void Set(DateTimeOffset begun)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        File.SetLastWriteTimeUtc(file, begun.UtcDateTime);
    }

    private static bool IsOlder(DirectoryInfo folder, DateTime than)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo below)
            {
                if (!Output.Contains(below.Name, StringComparer.Ordinal) && (below.LastWriteTimeUtc >= than || !IsOlder(below, than))) return false;
            }
            else if (entry.LastWriteTimeUtc >= than)
            {
                return false;
            }
        }

        return true;
    }
}
