using DaprTrading.LocalRuntime.Components;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>
/// What each app of a run file sees. As with a sidecar of its own, that is what its resource folders and its Configuration file hold; apps with the
/// same folders share the components, which are connected once.
/// </summary>
internal sealed class AppResources
{
    private readonly Dictionary<string, ConfigurationResource> _configurations = new(StringComparer.Ordinal);

    private AppResources(IReadOnlyList<string> paths) => Paths = paths;

    /// <summary>All resource folders.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The resources of all apps; each says which apps see it.</summary>
    public ResourceSet All { get; private set; } = new();

    /// <summary>The configuration of an app.</summary>
    public ConfigurationResource ConfigurationOf(RunFileApp app) => _configurations[app.AppId];

    /// <summary>Loads the resources of every app.</summary>
    /// <param name="file">The run file.</param>
    /// <param name="chosen">A folder instead of those of the run file; null: none.</param>
    /// <param name="environment">Variables of the runtime.</param>
    /// <param name="logger">Gets a warning for every document that is no YAML.</param>
    /// <exception cref="ComponentException">A path is missing, a resource is malformed, or an app would have two of one name.</exception>
    public static AppResources Load(RunFile file, string? chosen, ComponentEnvironment environment, ILogger logger)
    {
        string[] Folders(RunFileApp app) => chosen is null ? [.. app.ResourcesPaths] : [chosen];
        var resources = new AppResources([.. file.Apps.SelectMany(Folders).Distinct(StringComparer.Ordinal)]);
        var groups = file.Apps.GroupBy(app => (Folders: string.Join('\n', Folders(app)), Namespace: Namespace(app, environment))).ToList();
        var sets = new List<ResourceSet>(groups.Count);
        foreach (var group in groups)
        {
            ComponentEnvironment own = environment.With("NAMESPACE", group.Key.Namespace);
            ResourceSet set = ResourceLoader.Load(Folders(group.First()), logger, own);
            foreach (RunFileApp app in group) resources._configurations[app.AppId] = Configuration(app, set, own, logger);
            string[] apps = [.. group.Select(app => app.AppId)];
            set = AppTemplates.Apply(set, apps, SidecarOptions.NamespaceOf(group.Key.Namespace));
            sets.Add(groups.Count == 1 ? set : set.OnlyFor(apps.ToHashSet(StringComparer.Ordinal)));
        }

        resources.All = ResourceSet.Join(sets);
        return resources;
    }

    private static string Namespace(RunFileApp app, ComponentEnvironment environment) =>
        (app.Env.TryGetValue("NAMESPACE", out string? own) ? own : environment.Get("NAMESPACE")) ?? "";

    private static ConfigurationResource Configuration(RunFileApp app, ResourceSet set, ComponentEnvironment environment, ILogger logger) =>
        app.ConfigFilePath is { } path ? ResourceLoader.Load([path], logger, environment).Configuration.On(set.Configuration) : set.Configuration;
}
