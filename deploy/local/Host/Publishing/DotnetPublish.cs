using DaprTrading.LocalRuntime.Host.Building;

namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>Publishes programs with the .NET SDK, all in one build.</summary>
internal static class DotnetPublish
{
    /// <summary>Publishes each project into a folder of its name below <paramref name="target"/>.</summary>
    /// <exception cref="UserException">It failed; the message holds the tool's errors.</exception>
    public static Task RunAsync(Workspace workspace, IEnumerable<string> projects, string target, string? runtime, CancellationToken cancellationToken)
    {
        string build = Path.Combine(workspace.Root, "deploy", "publish", "publish.proj");
        List<string> arguments =
        [
            "msbuild", build, "-p:Configuration=Release", $"-p:PublishProjects={string.Join('|', projects)}", $"-p:PublishRoot={target}",
            // Apart from the build that `up` runs: a package for one machine is restored differently, and a system may be running.
            $"-p:ArtifactsPath={Path.Combine(workspace.Artifacts, "publish", runtime ?? "any")}",
        ];
        if (runtime is not null) arguments.AddRange([$"-p:RuntimeIdentifier={runtime}", "-p:SelfContained=true"]);
        return DotnetBuild.RunAsync(workspace, "programs", arguments, cancellationToken);
    }
}
