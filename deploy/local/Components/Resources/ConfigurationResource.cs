using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>A <c>kind: Configuration</c> document, as far as the local runtime uses it.</summary>
public sealed record ConfigurationResource
{
    /// <summary>Name of the (last) resource; empty when there is none.</summary>
    public required string Name { get; init; }

    /// <summary>Sampling rate of traces; null: not said.</summary>
    public double? SamplingRate { get; init; }

    /// <summary>Features by name, on or off.</summary>
    public IReadOnlyDictionary<string, bool> Features { get; init; } = new Dictionary<string, bool>(StringComparer.Ordinal);

    /// <summary>API allow-list; empty: everything.</summary>
    public IReadOnlyList<ApiRule> AllowedApis { get; init; } = [];

    /// <summary>API deny-list.</summary>
    public IReadOnlyList<ApiRule> DeniedApis { get; init; } = [];

    /// <summary>Whether sidecars have a metrics port; null: not said, so yes.</summary>
    public bool? Metrics { get; init; }

    /// <summary>Secrets the apps may read, by store.</summary>
    public IReadOnlyList<SecretScope> SecretScopes { get; init; } = [];

    /// <summary>Who may call the apps; null: everybody.</summary>
    public AccessControl? AccessControl { get; init; }

    /// <summary>Names of the features that are on.</summary>
    public IReadOnlySet<string> EnabledFeatures =>
        Features.Where(feature => feature.Value).Select(feature => feature.Key).ToHashSet(StringComparer.Ordinal);

    internal static ConfigurationResource Read(YamlMap root, string name)
    {
        YamlMap? spec = root.Map("spec");
        if (spec is null) return new ConfigurationResource { Name = name };

        var features = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (YamlMap feature in spec.Maps("features")) features[feature.Required("name")] = feature.Bool("enabled", false);
        YamlMap? api = spec.Map("api");
        return new ConfigurationResource
        {
            Name = name,
            SamplingRate = ReadSamplingRate(spec.Map("tracing")),
            Features = features,
            AllowedApis = ReadApis(api, "allowed"),
            DeniedApis = ReadApis(api, "denied"),
            Metrics = (spec.Map("metric") ?? spec.Map("metrics")) is { } metric && metric.Has("enabled") ? metric.Bool("enabled", true) : null,
            SecretScopes = PolicyReader.SecretScopes(spec.Map("secrets")),
            AccessControl = spec.Map("accessControl") is { } control ? PolicyReader.AccessControl(control) : null,
        };
    }

    /// <summary>What this one says, and where it says nothing, what an earlier one says.</summary>
    public ConfigurationResource On(ConfigurationResource earlier)
    {
        var features = new Dictionary<string, bool>(earlier.Features, StringComparer.Ordinal);
        foreach (var (name, enabled) in Features) features[name] = enabled;
        return new ConfigurationResource
        {
            Name = Name,
            SamplingRate = SamplingRate ?? earlier.SamplingRate,
            Features = features,
            AllowedApis = AllowedApis.Count > 0 ? AllowedApis : earlier.AllowedApis,
            DeniedApis = DeniedApis.Count > 0 ? DeniedApis : earlier.DeniedApis,
            SecretScopes = SecretScopes.Count > 0 ? SecretScopes : earlier.SecretScopes,
            Metrics = Metrics ?? earlier.Metrics,
            AccessControl = AccessControl ?? earlier.AccessControl,
        };
    }

    private static double? ReadSamplingRate(YamlMap? tracing)
    {
        if (tracing?.String("samplingRate") is not { Length: > 0 } text) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate is >= 0 and <= 1
            ? rate
            : throw tracing.Error("samplingRate", $"'{text}' is not a number from 0 to 1");
    }

    private static ApiRule[] ReadApis(YamlMap? api, string list) => api is null
        ? []
        : [.. api.Maps(list).Select(rule => new ApiRule(rule.Required("name"), rule.String("version") ?? "v1", rule.String("protocol") ?? "http"))];
}
