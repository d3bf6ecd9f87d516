using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>
/// The run file of a published folder: the repository's own with other paths, all relative to the file, so that the folder may be moved. Whatever
/// else an app has there (ports, environment) stays.
/// </summary>
internal static class PublishedRunFile
{
    private static readonly string[] Head =
    [
        "# Multi-app run file of this folder: read by `./run up` (local runtime) and by `dapr run -f dapr.yaml` (Dapr CLI) alike.",
        "# Made by `./run publish-apps` from deploy/dapr/dapr.yaml; paths are relative to this file.",
    ];

    /// <summary>Rewrites a run file.</summary>
    /// <param name="source">Path of the repository's run file.</param>
    /// <param name="target">Where the new one goes.</param>
    /// <param name="root">Root of the repository.</param>
    /// <param name="selfContained">Whether the programs start without .NET.</param>
    /// <param name="apps">App ids that are there; the others are left out.</param>
    public static void Write(string source, string target, string root, bool selfContained, IReadOnlySet<string> apps)
    {
        var yaml = new YamlStream();
        using (var reader = new StreamReader(source)) yaml.Load(reader);
        var file = (YamlMappingNode)yaml.Documents[0].RootNode;
        string folder = Path.GetDirectoryName(source)!;
        if (Child(file, "common") is YamlMappingNode common) RewritePaths(common, folder, root, "./");
        var kept = new YamlSequenceNode(((YamlSequenceNode)file["apps"]).Where(app => apps.Contains(Id((YamlMappingNode)app))));
        foreach (YamlMappingNode app in kept) RewriteApp(app, folder, root, selfContained);
        file.Children["apps"] = kept;

        using var text = new StringWriter();
        yaml.Save(text, assignAnchors: false);
        string body = text.ToString().TrimEnd();
        const string End = "\n...";   // the writer's mark for the end of a document, which a single one does not need
        if (body.EndsWith(End, StringComparison.Ordinal)) body = body[..^End.Length];
        File.WriteAllText(target, string.Join('\n', Head) + "\n" + body + "\n");
    }

    private static string Id(YamlMappingNode app) => ((YamlScalarNode)app["appID"]).Value!;

    private static void RewriteApp(YamlMappingNode app, string folder, string root, bool selfContained)
    {
        string directory = Path.GetFullPath(((YamlScalarNode)app["appDirPath"]).Value!, folder);
        RewritePaths(app, directory, root, "../../");
        app.Children["appDirPath"] = "./services/" + Id(app);
        if (Child(app, "command") is not YamlSequenceNode command) return;

        var words = new YamlSequenceNode { Style = SequenceStyle.Flow };
        foreach (string word in command.OfType<YamlScalarNode>().Select(node => node.Value!))
        {
            if (selfContained && word == "dotnet") continue;   // the program brings it along
            words.Add(PublishedProgram.ProjectIn(word) is { } project ? selfContained ? "./" + project : project + ".dll" : word);
        }

        app.Children["command"] = words;
    }

    /// <param name="map">Common settings or an app.</param>
    /// <param name="folder">What its paths are relative to.</param>
    /// <param name="root">Root of the repository.</param>
    /// <param name="up">The way from there to the published folder: an app's paths are relative to the app's own folder.</param>
    private static void RewritePaths(YamlMappingNode map, string folder, string root, string up)
    {
        if (Child(map, "resourcesPath") is YamlScalarNode { Value: { } resources }) map.Children["resourcesPath"] = Moved(resources);
        if (Child(map, "resourcesPaths") is YamlSequenceNode several)
        {
            map.Children["resourcesPaths"] = new YamlSequenceNode(several.OfType<YamlScalarNode>().Select(path => new YamlScalarNode(Moved(path.Value!))));
        }

        if (Child(map, "configFilePath") is YamlScalarNode { Value: { } configuration }) map.Children["configFilePath"] = up + Path.GetFileName(configuration);

        // The component folders keep their place below the root.
        string Moved(string path) => up + Path.GetRelativePath(root, Path.GetFullPath(path, folder));
    }

    private static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(key, out YamlNode? found) ? found : null;
}
