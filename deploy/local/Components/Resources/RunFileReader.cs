using System.Collections.Frozen;
using System.Globalization;
using YamlDotNet.Core;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads a multi-app run file: an app's value wins over a common one, that over the default.</summary>
internal sealed class RunFileReader
{
    private static readonly FrozenSet<string> RootKeys = FrozenSet.ToFrozenSet(["version", "name", "common", "apps"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> SharedKeys = FrozenSet.ToFrozenSet(
        [
            "resourcesPaths", "resourcesPath", "configFilePath", "appProtocol", "env", "logLevel", "appMaxConcurrency", "placementHostAddress",
            "schedulerHostAddress", "appSSL", "maxBodySize", "readBufferSize", "enableAppHealthCheck", "appHealthCheckPath",
            "appHealthProbeInterval", "appHealthProbeTimeout", "appHealthThreshold", "enableApiLogging", "apiListenAddresses", "enableProfiling",
            "runtimePath", "daprdLogDestination", "appLogDestination", "disableInitEndpoints",
        ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> AppKeys = FrozenSet.ToFrozenSet(
        [
            "appID", "appDirPath", "appPort", "appChannelAddress", "command", "daprHTTPPort", "daprGRPCPort", "daprInternalGRPCPort",
            "profilePort", "metricsPort", "unixDomainSocket", "containerImage", "containerImagePullPolicy", "createService", .. SharedKeys,
        ], StringComparer.Ordinal);

    private readonly string _folder;
    private readonly YamlMap _root;
    private readonly YamlMap? _common;
    private readonly List<string> _warnings = [];

    private RunFileReader(string file, YamlMap root)
    {
        _folder = Path.GetDirectoryName(file)!;
        _root = root;
        _common = root.Map("common");
    }

    public static RunFile Read(string path)
    {
        string file = Path.GetFullPath(Directory.Exists(path) ? Path.Combine(path, "dapr.yaml") : path);
        List<YamlText> documents = YamlText.ReadFile(file);
        YamlMap? root = null;
        foreach (YamlText document in documents)
        {
            YamlMap? parsed = Parse(document);
            if (parsed is null) continue;
            if (root is not null) throw new ComponentException($"{file}:{document.Line}: a run file has one document, this is a second one");
            root = parsed;
        }

        return new RunFileReader(file, root ?? throw new ComponentException($"{file}: the run file is empty")).ReadRoot(file);
    }

    private static YamlMap? Parse(YamlText document)
    {
        try
        {
            return document.Parse();
        }
        catch (YamlException broken)
        {
            throw new ComponentException($"{document.File}:{document.Line + broken.Start.Line - 1}: no valid YAML: {broken.Message}", broken);
        }
    }

    private RunFile ReadRoot(string file)
    {
        WarnUnknown(_root, RootKeys);
        if (_common is not null) WarnUnknown(_common, SharedKeys);
        if (_root.Int("version", 0, int.MaxValue) is null or 0) throw _root.Error("version", "is required and must not be 0");

        IReadOnlyList<YamlMap> entries = _root.Maps("apps");
        if (entries.Count == 0) throw _root.Error("apps", "must list at least one app");
        var apps = new List<RunFileApp>(entries.Count);
        foreach (YamlMap entry in entries)
        {
            RunFileApp app = ReadApp(entry);
            if (apps.Exists(other => other.AppId == app.AppId)) throw entry.Error("appID", $"'{app.AppId}' is used by an earlier app");
            apps.Add(app);
        }

        return new RunFile { Path = file, Name = _root.Text("name"), Apps = apps, Warnings = _warnings };
    }

    private RunFileApp ReadApp(YamlMap entry)
    {
        WarnUnknown(entry, AppKeys);
        string folder = Path.GetFullPath(entry.Required("appDirPath"), _folder);
        if (!Directory.Exists(folder)) throw entry.Error("appDirPath", $"names a folder that does not exist: {folder}");
        string id = entry.String("appID") is { Length: > 0 } given ? given : Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        if (id.Contains('.', StringComparison.Ordinal)) throw entry.Error("appID", $"'{id}' must not contain dots");
        YamlMap app = entry.Named($"app '{id}'");
        return new RunFileApp
        {
            AppId = id,
            AppDirPath = folder,
            Command = app.Strings("command"),
            AppPort = Port(app, "appPort"),
            DaprHttpPort = Port(app, "daprHTTPPort"),
            DaprGrpcPort = Port(app, "daprGRPCPort"),
            MetricsPort = Port(app, "metricsPort"),
            AppChannelAddress = app.String("appChannelAddress") is { Length: > 0 } address ? address : "127.0.0.1",
            AppProtocol = Text(app, "appProtocol") ?? "http",
            ResourcesPaths = ResourcesPaths(app, folder),
            ConfigFilePath = ConfigFile(app, folder),
            Env = Env(app),
            AppMaxConcurrency = Number(app, "appMaxConcurrency", -1) is { } limit and > 0 ? limit : null,
            MaxBodySize = BodySize(app),
            AppHealth = Health(app),
            DisabledInitEndpoints = DisabledInitEndpoints(app),
            LogLevel = Text(app, "logLevel"),
            AppLogDestination = LogDestination(app, "appLogDestination", "fileAndConsole"),
            DaprdLogDestination = LogDestination(app, "daprdLogDestination", "file"),
        };
    }

    private static int? Port(YamlMap app, string key) => app.Int(key, -1, 65535) is { } port and > 0 ? port : null;

    private List<string> ResourcesPaths(YamlMap app, string folder)
    {
        if (OwnPaths(app, folder) is { Count: > 0 } own) return own;
        string conventional = Path.Combine(folder, ".dapr", "resources");
        if (Directory.Exists(conventional)) return [conventional];
        return (_common is null ? [] : OwnPaths(_common, _folder)) is { Count: > 0 } common ? common : HomePath("components");
    }

    private static List<string> OwnPaths(YamlMap map, string folder)
    {
        IReadOnlyList<string> list = map.Strings("resourcesPaths");
        if (list.Count == 0 && map.String("resourcesPath") is { Length: > 0 } single) list = [single];
        return [.. list.Select(path => Path.GetFullPath(path, folder))];
    }

    private string? ConfigFile(YamlMap app, string folder)
    {
        if (app.String("configFilePath") is { Length: > 0 } own) return Existing(app, Path.GetFullPath(own, folder));
        string conventional = Path.Combine(folder, ".dapr", "config.yaml");
        if (File.Exists(conventional)) return conventional;
        if (_common?.String("configFilePath") is { Length: > 0 } common) return Existing(_common, Path.GetFullPath(common, _folder));
        return HomePath("config.yaml").FirstOrDefault();
    }

    private static string Existing(YamlMap map, string file) =>
        File.Exists(file) ? file : throw map.Error("configFilePath", $"names a file that does not exist: {file}");

    private static List<string> HomePath(string name)
    {
        string path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dapr", name);
        return Path.Exists(path) ? [path] : [];
    }

    private Dictionary<string, string> Env(YamlMap app)
    {
        var env = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (YamlMap? map in (YamlMap?[])[_common?.Map("env"), app.Map("env")])
        {
            if (map is null) continue;
            foreach (var (name, value) in map.Scalars()) env[name] = value;
        }

        return env;
    }

    private AppHealthOptions? Health(YamlMap app)
    {
        YamlMap owner = Owner(app, "enableAppHealthCheck");
        if (!owner.Bool("enableAppHealthCheck", false)) return null;
        return new AppHealthOptions(
            Text(app, "appHealthCheckPath") ?? "/healthz",
            TimeSpan.FromSeconds(Number(app, "appHealthProbeInterval", 0) is { } interval and > 0 ? interval : 5),
            TimeSpan.FromMilliseconds(Number(app, "appHealthProbeTimeout", 0) is { } timeout and > 0 ? timeout : 500),
            Number(app, "appHealthThreshold", 0) is { } threshold and > 0 ? threshold : 3);
    }

    private long? BodySize(YamlMap app)
    {
        if (Text(app, "maxBodySize") is not { } text) return null;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        string number = digits < 0 ? text : text[..digits];
        long? scale = (digits < 0 ? "" : text[digits..]) switch
        {
            "" => 1,
            "k" or "K" => 1000,
            "Ki" => 1024,
            "M" => 1000 * 1000,
            "Mi" => 1024 * 1024,
            "G" => 1000L * 1000 * 1000,
            "Gi" => 1024L * 1024 * 1024,
            _ => null,
        };
        return scale is { } factor && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
            ? size * factor
            : throw Owner(app, "maxBodySize").Error("maxBodySize", $"'{text}' is not a size such as 4Mi or 500k");
    }

    // daprd's flag, for which the CLI's run file has no key.
    private HashSet<string> DisabledInitEndpoints(YamlMap app)
    {
        var names = new HashSet<string>((Text(app, "disableInitEndpoints") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        return names.All(name => name is "config" or "subscribe")
            ? names
            : throw Owner(app, "disableInitEndpoints").Error("disableInitEndpoints", "may list config and subscribe only");
    }

    private string LogDestination(YamlMap app, string key, string fallback) => Text(app, key) switch
    {
        null => fallback,
        "console" or "file" or "fileAndConsole" => Text(app, key)!,
        { } other => throw Owner(app, key).Error(key, $"'{other}' is none of console, file, fileAndConsole"),
    };

    private YamlMap Owner(YamlMap app, string key) => app.Has(key) || _common is null ? app : _common;

    private string? Text(YamlMap app, string key) => Owner(app, key).String(key) is { Length: > 0 } text ? text : null;

    private int? Number(YamlMap app, string key, int min) =>
        app.Int(key, min, int.MaxValue) is { } own and not 0 ? own : _common?.Int(key, min, int.MaxValue);

    private void WarnUnknown(YamlMap map, FrozenSet<string> known)
    {
        foreach (string key in map.Keys)
        {
            if (known.Contains(key)) continue;
            string path = map.Path.Length == 0 ? key : $"{map.Path}.{key}";
            _warnings.Add($"{map.File}:{map.Line}: unknown key '{path}'");
        }
    }
}
