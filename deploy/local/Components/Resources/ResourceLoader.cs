using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using YamlDotNet.Core;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Loads Dapr resources from YAML files.</summary>
public static partial class ResourceLoader
{
    /// <summary>Loads directories (their <c>*.yaml</c> and <c>*.yml</c>, not deeper) and single files, in order.</summary>
    /// <param name="paths">Directories or files.</param>
    /// <param name="logger">Gets a warning for every document that is no YAML.</param>
    /// <param name="environment">
    /// Variables for <c>$NAME</c> and <c>${NAME}</c> in Configuration documents, and <c>NAMESPACE</c>, which leaves components of others out; null: none are set.
    /// </param>
    /// <exception cref="ComponentException">A path is missing, a resource is malformed or appears twice.</exception>
    public static ResourceSet Load(IEnumerable<string> paths, ILogger logger, ComponentEnvironment? environment = null)
    {
        var loading = new Loading(logger, environment ?? ComponentEnvironment.Empty);
        foreach (string path in paths)
        {
            foreach (string file in Files(path))
            {
                foreach (YamlText document in YamlText.ReadFile(file)) loading.Add(document);
            }
        }

        return loading.ToSet();
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new ComponentException($"{path}: the resources directory does not exist");
        return Directory.EnumerateFiles(path)
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}:{Line}: skipping a document that is no valid YAML: {Problem}")]
    private static partial void Unparsable(ILogger logger, string file, long line, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}:{Line}: Resiliency '{Name}': 'policies.retries.{Policy}.matching.gRPCStatusCodes' is ignored: all calls here are HTTP")]
    private static partial void GrpcIgnored(ILogger logger, string file, long line, string name, string policy);

    private sealed class Loading(ILogger logger, ComponentEnvironment environment)
    {
        private readonly List<ComponentResource> _components = [];
        private readonly List<DeclarativeSubscription> _subscriptions = [];
        private readonly List<ResiliencyResource> _resiliency = [];
        private readonly Dictionary<(string Kind, string Name), ResourceSource> _seen = [];
        private ConfigurationResource? _configuration;

        public void Add(YamlText document)
        {
            YamlMap? root = Parse(document);
            if (root is null || root.String("apiVersion") is not { } version || !version.StartsWith("dapr.io/", StringComparison.Ordinal)) return;

            string kind = root.Text("kind");
            if (kind is not ("Component" or "Subscription" or "Resiliency" or "Configuration")) return;
            if (kind == "Configuration")
            {
                root = Parse(document with { Text = Variable().Replace(document.Text, match => environment.Get(match.Groups["name"].Value) ?? "") });
                if (root is null) return;
            }

            root = root.Named(kind);
            YamlMap metadata = root.Map("metadata") ?? throw root.Error("metadata", "is required");
            if (kind is "Component" or "Resiliency" && IsOfAnotherNamespace(metadata)) return;
            string name = metadata.Required("name");
            root = root.Named($"{kind} '{name}'");
            if (kind != "Subscription") RejectSecond(kind, name, root);
            switch (kind)
            {
                case "Component":
                    _components.Add(ComponentResource.Read(root, name));
                    break;
                case "Subscription":
                    _subscriptions.Add(SubscriptionReader.Read(root, name, v1: version == "dapr.io/v1alpha1"));
                    break;
                case "Resiliency":
                    ResiliencyResource resiliency = ResiliencyResource.Read(root, name);
                    foreach (var (policy, retry) in resiliency.Retries)
                    {
                        if (retry.NamesGrpcStatusCodes) GrpcIgnored(logger, root.File, root.Line, name, policy);
                    }

                    _resiliency.Add(resiliency);
                    break;
                default:
                    ConfigurationResource configuration = ConfigurationResource.Read(root, name);
                    _configuration = _configuration is null ? configuration : configuration.On(_configuration);
                    break;
            }
        }

        public ResourceSet ToSet() => new()
        {
            Components = _components,
            Subscriptions = _subscriptions,
            Resiliency = _resiliency,
            Configuration = _configuration ?? new ConfigurationResource { Name = "" },
        };

        // As in Dapr without Kubernetes: only where both sides name one.
        private bool IsOfAnotherNamespace(YamlMap metadata) =>
            environment.Get("NAMESPACE") is { Length: > 0 } own && metadata.String("namespace") is { Length: > 0 } theirs && theirs != own;

        private YamlMap? Parse(YamlText document)
        {
            try
            {
                return document.Parse();
            }
            catch (YamlException broken)
            {
                Unparsable(logger, document.File, document.Line + broken.Start.Line - 1, broken.Message);
                return null;
            }
        }

        private void RejectSecond(string kind, string name, YamlMap root)
        {
            if (_seen.TryGetValue((kind, name), out ResourceSource? first))
            {
                throw new ComponentException($"{root.File}:{root.Line}: {kind} '{name}' is already defined in {first.File}:{first.Line}");
            }

            _seen.Add((kind, name), new ResourceSource(root.File, root.Line));
        }
    }
}
