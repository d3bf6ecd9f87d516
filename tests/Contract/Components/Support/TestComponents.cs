using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Components.Support;

/// <summary>Short ways to make components and messages.</summary>
internal static class TestComponents
{
    public static ComponentResource Resource(string name, string type, params (string Name, string Value)[] metadata) => new()
    {
        Name = name,
        Type = type,
        Metadata = [.. metadata.Select(setting => new ComponentSetting(setting.Name, setting.Value))],
        Source = new ResourceSource("test.yaml", 1),
    };

    public static Task<ComponentRegistry> StartAsync(TimeProvider time, params ComponentResource[] components) =>
        StartAsync(time, ComponentEnvironment.Empty, components);

    public static Task<ComponentRegistry> StartAsync(TimeProvider time, ComponentEnvironment environment, params ComponentResource[] components) =>
        ComponentRegistry.CreateAsync(new ResourceSet { Components = components }, environment, NullLoggerFactory.Instance, time, CancellationToken.None);

    public static PubSubMessage Message(string topic, string data, params (string Name, string Value)[] metadata) =>
        new(topic, Encoding.UTF8.GetBytes(data), metadata.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    public static PubSubSubscription To(string topic, string consumer) => new(topic, consumer, EmptyMetadata.Value);

    public static StateUpsert Save(string key, string json, string? etag = null, StateConcurrency concurrency = StateConcurrency.Unspecified, string? ttl = null) =>
        new(key, Encoding.UTF8.GetBytes(json))
        {
            ETag = etag,
            Concurrency = concurrency,
            Metadata = ttl is null ? EmptyMetadata.Value : new Dictionary<string, string>(StringComparer.Ordinal) { ["ttlInSeconds"] = ttl },
        };

    public static string Text(this StateItem? item) => Encoding.UTF8.GetString(item!.Data.Span);

    public static string Text(this PubSubMessage message) => Encoding.UTF8.GetString(message.Data.Span);
}
