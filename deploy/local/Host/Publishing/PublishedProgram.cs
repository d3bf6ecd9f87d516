using DaprTrading.LocalRuntime.Components;

namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>A program that is published.</summary>
/// <param name="Project">Name of the project, which is also the program's.</param>
/// <param name="Source">Its project file.</param>
/// <param name="Folder">Where it goes, relative to the published folder.</param>
internal sealed record PublishedProgram(string Project, string Source, string Folder)
{
    /// <summary>The local runtime: behind every command.</summary>
    public const string Runtime = "DaprTrading.LocalRuntime";

    private static readonly (string Project, string Source, string Folder)[] Tools =
    [
        (Runtime, "deploy/local", "runtime"),
        ("DaprTrading.Generator", "generator", "tools/generator"),
        ("DaprTrading.Backtesting.Cli", "services/Shared/Backtesting/Cli", "tools/backtest"),
        ("DaprTrading.Conformance", "tests/Conformance", "tools/conformance"),
        ("DaprTrading.Conformance.Local", "tests/Conformance/Local", "tools/conformance-local"),
    ];

    /// <summary>The programs of a system: the apps of its run file and the tools.</summary>
    public static IReadOnlyList<PublishedProgram> All(Workspace workspace, RunFile runFile) =>
    [
        .. runFile.Apps.Select(app => OfApp(app) ?? throw new UserException($"{runFile.Path}: the command of {app.AppId} names no program of a project, so it cannot be published.")),
        .. Tools.Select(tool => new PublishedProgram(tool.Project, Path.Combine(workspace.Root, tool.Source, tool.Project + ".csproj"), tool.Folder)),
    ];

    /// <summary>The project whose build output an argument names; null: none.</summary>
    public static string? ProjectIn(string argument) =>
        argument.Contains("artifacts/bin/", StringComparison.Ordinal) && argument.EndsWith(".dll", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(argument) : null;

    /// <summary>Its executable file, relative to the published folder.</summary>
    public string Executable(bool selfContained) => $"{Folder}/{Project}{(selfContained ? "" : ".dll")}";

    private static PublishedProgram? OfApp(RunFileApp app) =>
        app.Command.Select(ProjectIn).OfType<string>().FirstOrDefault() is { } project
            ? new PublishedProgram(project, Path.Combine(app.AppDirPath, project + ".csproj"), "services/" + app.AppId)
            : null;
}
