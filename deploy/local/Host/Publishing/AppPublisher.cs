using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>Makes a folder that runs the whole system elsewhere: every program, component files, a run file, and the command line.</summary>
/// <param name="workspace">The sources.</param>
/// <param name="target">The folder.</param>
/// <param name="runtime">Runtime identifier of the machines it is for, e.g. <c>linux-x64</c>: .NET comes along; null: .NET has to be there.</param>
/// <param name="progress">Gets a line per step.</param>
internal sealed class AppPublisher(Workspace workspace, string target, string? runtime, Action<string> progress)
{
    private const string Staging = ".new";

    private bool SelfContained => runtime is not null;

    /// <summary>Publishes; what a former publishing left in the folder is replaced, its data (<c>.data</c>) stays.</summary>
    /// <param name="only">App ids and tools that are wanted; empty: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UserException">The folder cannot be used, or a program cannot be built.</exception>
    public async Task RunAsync(IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        RunFile runFile = RunFile.Load(workspace.DefaultRunFile);
        IReadOnlyList<PublishedProgram> programs = Choose(PublishedProgram.All(workspace, runFile), only);
        CheckTarget();
        string staging = Path.Combine(target, Staging);
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);

        if (programs.Any(program => program.Folder == "services/visualization")) await BuildDashboardAsync(cancellationToken).ConfigureAwait(false);
        progress($"programs: dotnet publish ({programs.Count}, {runtime ?? "any machine with .NET 10"})");
        await DotnetPublish.RunAsync(workspace, programs.Select(program => program.Source), staging, runtime, cancellationToken).ConfigureAwait(false);

        foreach (PublishedProgram program in programs) Replace(Path.Combine(staging, program.Project), Path.Combine(target, program.Folder));
        Directory.Delete(staging, recursive: true);
        CopyResources();
        HashSet<string> apps = [.. runFile.Apps.Select(app => app.AppId).Where(id => programs.Any(program => program.Folder == "services/" + id))];
        PublishedRunFile.Write(workspace.DefaultRunFile, Path.Combine(target, "dapr.yaml"), workspace.Root, SelfContained, apps);
        PublishedGuide.Write(target, SelfContained);
        new PublishedFolder(SelfContained, programs.ToDictionary(program => program.Project, program => program.Executable(SelfContained), StringComparer.Ordinal)).Save(target);
        if (SelfContained) progress($"equal files shared: {await HardLinks.ShareAsync(target, cancellationToken).ConfigureAwait(false) / 1024 / 1024} MB saved");
    }

    private static IReadOnlyList<PublishedProgram> Choose(IReadOnlyList<PublishedProgram> programs, IReadOnlyCollection<string> only)
    {
        string? unknown = only.FirstOrDefault(name => !programs.Any(program => Name(program) == name));
        if (unknown is not null) throw new UserException($"There is no program '{unknown}'; there are {string.Join(", ", programs.Select(Name))}.");
        return only.Count == 0 ? programs : [.. programs.Where(program => only.Contains(Name(program)))];

        static string Name(PublishedProgram program) => Path.GetFileName(program.Folder);
    }

    private void CheckTarget()
    {
        if (File.Exists(target)) throw new UserException($"{target} is a file.");
        if (RuntimeRecord.Find(new DataDirectory(Path.Combine(target, ".data"))) is { } running) throw new UserException($"A system runs from {target} (pid {running.Pid}). Stop it first: {target}/run down");

        bool used = Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any(entry => Path.GetFileName(entry) != Staging);
        if (used && !PublishedFolder.Is(target)) throw new UserException($"{target} holds other things: name a new or an empty folder.");
        Directory.CreateDirectory(target);
    }

    private Task BuildDashboardAsync(CancellationToken cancellationToken) =>
        new SystemBuild(workspace, TimeProvider.System, progress).RunDashboardAsync(cancellationToken);

    private static void Replace(string made, string place)
    {
        if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        Directory.Move(made, place);
    }

    private void CopyResources()
    {
        string source = Path.Combine(workspace.Root, "components");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string place = Path.Combine(target, "components", Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(file, place, overwrite: true);
        }

        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(workspace.DefaultRunFile)!, "*.yaml"))
        {
            if (file != workspace.DefaultRunFile) File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }
}
