namespace DaprTrading.LocalRuntime.Components;

/// <summary>A <c>kind: Component</c> document.</summary>
public sealed record ComponentResource : IScopedResource
{
    /// <summary>Name used in API paths.</summary>
    public required string Name { get; init; }

    /// <summary>Type, e.g. <c>pubsub.redis</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Version, e.g. <c>v1</c>.</summary>
    public string Version { get; init; } = "v1";

    /// <summary>True: a failing start does not stop the runtime.</summary>
    public bool IgnoreErrors { get; init; }

    /// <summary>Longest start.</summary>
    public TimeSpan InitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Settings as written.</summary>
    public IReadOnlyList<ComponentSetting> Metadata { get; init; } = [];

    /// <summary>Secret store of the settings' <c>secretKeyRef</c>; null when none is named.</summary>
    public string? SecretStore { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlySet<string>? OnlyFor { get; init; }

    /// <summary>What the templates in its settings stand for, e.g. <c>{appID}</c>; null: they are left as they are.</summary>
    public IReadOnlyDictionary<string, string>? Templates { get; init; }

    /// <summary>Where it stands.</summary>
    public ResourceSource Source { get; init; } = new("", 0);

    /// <summary>A setting with its templates resolved.</summary>
    internal string Resolve(string value)
    {
        if (Templates is null || !value.Contains('{', StringComparison.Ordinal)) return value;
        foreach (var (template, text) in Templates) value = value.Replace(template, text, StringComparison.Ordinal);
        return value;
    }

    internal static ComponentResource Read(YamlMap root, string name)
    {
        YamlMap spec = root.Map("spec") ?? throw root.Error("spec", "is required");
        return new ComponentResource
        {
            Name = name,
            Type = spec.Required("type"),
            Version = spec.String("version") ?? "v1",
            IgnoreErrors = spec.Bool("ignoreErrors", false),
            InitTimeout = spec.Duration("initTimeout", bareMilliseconds: false) is { } timeout && timeout > TimeSpan.Zero ? timeout : TimeSpan.FromSeconds(5),
            Metadata = [.. spec.Maps("metadata").Select(ReadSetting)],
            SecretStore = root.Map("auth")?.String("secretStore"),
            Scopes = root.Strings("scopes"),
            Source = new ResourceSource(root.File, root.Line),
        };
    }

    private static ComponentSetting ReadSetting(YamlMap map)
    {
        YamlMap? secret = map.Map("secretKeyRef");
        string? secretName = secret?.Required("name");
        return new ComponentSetting(map.Required("name"), map.Text("value"))
        {
            SecretName = secretName,
            SecretKey = secret?.String("key") ?? secretName,
            EnvRef = map.String("envRef"),
        };
    }
}

/// <summary>One setting of a component.</summary>
/// <param name="Name">Name; compared without regard to case.</param>
/// <param name="Value">Value as text; empty when it comes from elsewhere.</param>
public sealed record ComponentSetting(string Name, string Value)
{
    /// <summary>Secret that holds the value; null: none.</summary>
    public string? SecretName { get; init; }

    /// <summary>Key inside that secret.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Environment variable that holds the value; null: none.</summary>
    public string? EnvRef { get; init; }
}
