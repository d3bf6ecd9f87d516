using System.Globalization;
using DaprTrading.LocalRuntime.Host.Running;
using YamlDotNet.RepresentationModel;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>Writes the run file the Dapr CLI gets: the one of the run with full paths, and with the ports and components that were asked for.</summary>
internal static class CliRunFile
{
    /// <summary>Writes it.</summary>
    /// <param name="plan">What runs.</param>
    /// <param name="ports">Ports of the apps, by app id.</param>
    /// <param name="sidecarPorts">HTTP ports of the sidecars, by app id.</param>
    /// <param name="controlPlane">Addresses of services started here, by key of the run file.</param>
    /// <param name="workspace">Where build output is.</param>
    /// <param name="target">The file to write.</param>
    public static void Write(
        RunPlan plan, IReadOnlyDictionary<string, int> ports, IReadOnlyDictionary<string, int> sidecarPorts, IReadOnlyDictionary<string, string> controlPlane,
        Workspace workspace, string target)
    {
        var yaml = new YamlStream();
        using (StreamReader reader = File.OpenText(plan.File.Path)) yaml.Load(reader);

        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        string folder = Path.GetDirectoryName(plan.File.Path)!;
        YamlMappingNode common = Common(root);
        MakePathsFull(common, folder);
        if (plan.Options.Components is { } components) UseComponents(common, components);
        foreach (var (key, address) in controlPlane) Set(common, key, address);

        // One log for all, in the data folder and of bounded size; else the CLI would write into the sources.
        foreach (string log in (string[])["appLogDestination", "daprdLogDestination"]) Set(common, log, "console");

        foreach (var (node, app) in ((YamlSequenceNode)root["apps"]).Children.Cast<YamlMappingNode>().Zip(plan.File.Apps))
        {
            Set(node, "appID", app.AppId);
            Set(node, "appDirPath", app.AppDirPath);
            if (ports.TryGetValue(app.AppId, out int port)) Set(node, "appPort", port.ToString(CultureInfo.InvariantCulture));
            if (app.Command.Count > 0) node.Children["command"] = List(app.Command.Select(argument => workspace.Redirect(argument, app.AppDirPath)));
            if (plan.Options.Components is not null) Remove(node, "resourcesPath", "resourcesPaths");
            if (plan.Options.FreePorts) Remove(node, "daprGRPCPort", "daprInternalGRPCPort", "metricsPort", "profilePort");
            Set(node, "daprHTTPPort", sidecarPorts[app.AppId].ToString(CultureInfo.InvariantCulture));
            Remove(node, "appLogDestination", "daprdLogDestination");
        }

        using StreamWriter writer = File.CreateText(target);
        yaml.Save(writer, assignAnchors: false);
    }

    private static YamlMappingNode Common(YamlMappingNode root)
    {
        if (root.Children.TryGetValue("common", out YamlNode? found) && found is YamlMappingNode map) return map;

        var added = new YamlMappingNode();
        root.Children["common"] = added;
        return added;
    }

    private static void MakePathsFull(YamlMappingNode common, string folder)
    {
        foreach (string key in (string[])["resourcesPath", "configFilePath"])
        {
            if (common.Children.TryGetValue(key, out YamlNode? node) && node is YamlScalarNode { Value.Length: > 0 } path) Set(common, key, Path.GetFullPath(path.Value, folder));
        }

        if (common.Children.TryGetValue("resourcesPaths", out YamlNode? list) && list is YamlSequenceNode paths)
        {
            common.Children["resourcesPaths"] = List(paths.Children.Cast<YamlScalarNode>().Select(path => Path.GetFullPath(path.Value!, folder)));
        }
    }

    private static void UseComponents(YamlMappingNode common, string components)
    {
        Remove(common, "resourcesPath");
        common.Children["resourcesPaths"] = List([components]);
    }

    private static void Set(YamlMappingNode map, string key, string value) => map.Children[key] = new YamlScalarNode(value);

    private static void Remove(YamlMappingNode map, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys) map.Children.Remove(key);
    }

    private static YamlSequenceNode List(IEnumerable<string> values) => new(values.Select(value => new YamlScalarNode(value)));
}
