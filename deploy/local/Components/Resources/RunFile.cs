namespace DaprTrading.LocalRuntime.Components;

/// <summary>A multi-app run file, with every default and path resolved.</summary>
public sealed record RunFile
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Name of the run; empty when not given.</summary>
    public string Name { get; init; } = "";

    /// <summary>Apps in file order.</summary>
    public required IReadOnlyList<RunFileApp> Apps { get; init; }

    /// <summary>What was odd but not wrong, e.g. an unknown key: file, line and key.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Loads a run file, or <c>dapr.yaml</c> in a directory.</summary>
    /// <exception cref="ComponentException">The file is missing or malformed.</exception>
    public static RunFile Load(string path) => RunFileReader.Read(path);
}

/// <summary>One app of a run file.</summary>
public sealed record RunFileApp
{
    /// <summary>App id.</summary>
    public required string AppId { get; init; }

    /// <summary>Full path of the app's working directory.</summary>
    public required string AppDirPath { get; init; }

    /// <summary>Program and arguments; empty: the app is started by someone else.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Port of the app; null: none.</summary>
    public int? AppPort { get; init; }

    /// <summary>Port of the sidecar's HTTP API; null: a free one.</summary>
    public int? DaprHttpPort { get; init; }

    /// <summary>Port of the sidecar's gRPC API; null: a free one.</summary>
    public int? DaprGrpcPort { get; init; }

    /// <summary>Port of the metrics; null: a free one.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Host the app listens on.</summary>
    public string AppChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>Protocol of the app, e.g. <c>http</c>.</summary>
    public string AppProtocol { get; init; } = "http";

    /// <summary>Full paths of the resources directories.</summary>
    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    /// <summary>Full path of the Configuration file; null: none.</summary>
    public string? ConfigFilePath { get; init; }

    /// <summary>Environment of the app, common entries included.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Most calls into the app at once; null: no limit.</summary>
    public int? AppMaxConcurrency { get; init; }

    /// <summary>Largest request body, in bytes; null: the default.</summary>
    public long? MaxBodySize { get; init; }

    /// <summary>Health checks of the app; null: off.</summary>
    public AppHealthOptions? AppHealth { get; init; }

    /// <summary>Start-up questions the sidecar does not ask: <c>config</c>, <c>subscribe</c>.</summary>
    public IReadOnlySet<string> DisabledInitEndpoints { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Log level of the sidecar; null: the default.</summary>
    public string? LogLevel { get; init; }

    /// <summary>Where the app's output goes: <c>console</c>, <c>file</c> or <c>fileAndConsole</c>.</summary>
    public string AppLogDestination { get; init; } = "fileAndConsole";

    /// <summary>Where the sidecar's output goes.</summary>
    public string DaprdLogDestination { get; init; } = "file";
}
