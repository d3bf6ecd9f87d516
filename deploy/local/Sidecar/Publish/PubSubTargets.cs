using System.Collections.Concurrent;
using Polly;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A pub/sub component as one sidecar uses it.</summary>
internal sealed class PubSubTarget(IPubSub component, SidecarOptions options, IResiliencyPolicies resiliency)
{
    /// <summary>No instance bears this name.</summary>
    private const string Other = "*";

    private readonly string _topicPrefix =
        component.Metadata.Values.Any(value => value.Contains("{namespace}", StringComparison.Ordinal)) ? options.Namespace : "";

    public IPubSub Component { get; } = component;

    public TopicScopes Scopes { get; } = new(options.AppId, component.Metadata);

    public ResiliencePipeline? Outbound { get; } = resiliency.OutboundComponent(options.AppId, component.Name, ComponentKind.PubSub);

    public ResiliencePipeline? Inbound { get; } = resiliency.InboundComponent(options.AppId, component.Name, ComponentKind.PubSub);

    /// <summary>Name of the consumer group.</summary>
    public string ConsumerId { get; } = Consumer(component, options);

    /// <summary>The consumer group of another instance of the app; null when all instances share one.</summary>
    public string? ConsumerIdOf(string uuid, string podName)
    {
        string theirs = Consumer(Component, options with { Uuid = uuid, PodName = podName });
        return theirs == Consumer(Component, options with { Uuid = Other, PodName = Other }) ? null : theirs;
    }

    /// <summary>The topic's name on the broker: a component with a <c>{namespace}</c> template keeps namespaces apart.</summary>
    public string OnBroker(string topic) => _topicPrefix.Length == 0 ? topic : _topicPrefix + topic;

    public Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        if (_topicPrefix.Length > 0) message = message with { Topic = OnBroker(message.Topic) };
        if (Outbound is null) return Component.PublishAsync(message, cancellationToken);
        return Outbound.ExecuteAsync(
            static (state, token) => new ValueTask(state.Component.PublishAsync(state.message, token)),
            (Component, message), cancellationToken).AsTask();
    }

    private static string Consumer(IPubSub component, SidecarOptions options)
    {
        string name = component.Metadata.FirstOrDefault(entry => entry.Key.Equals("consumerID", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        if (name.Length == 0) return options.AppId;
        return name.Replace("{uuid}", options.Uuid).Replace("{podName}", options.PodName)
            .Replace("{namespace}", $"{options.Namespace}.{options.AppId}").Replace("{appID}", options.AppId);
    }
}

/// <summary>The pub/sub components of one sidecar, by name.</summary>
internal sealed class PubSubTargets(SidecarOptions options, SidecarServices services)
{
    private readonly ConcurrentDictionary<string, PubSubTarget> _known = new(StringComparer.Ordinal);

    public PubSubTarget? Find(string name)
    {
        if (_known.TryGetValue(name, out PubSubTarget? known)) return known;
        IPubSub? component = services.Registry.FindPubSub(options.AppId, name);
        return component is null ? null : _known.GetOrAdd(name, new PubSubTarget(component, options, services.Resiliency));
    }
}
