namespace DaprTrading.LocalRuntime.Components;

/// <summary>The resources of one run, in the order they were loaded.</summary>
public sealed record ResourceSet
{
    /// <summary>Components.</summary>
    public IReadOnlyList<ComponentResource> Components { get; init; } = [];

    /// <summary>Declarative subscriptions.</summary>
    public IReadOnlyList<DeclarativeSubscription> Subscriptions { get; init; } = [];

    /// <summary>Resiliency resources.</summary>
    public IReadOnlyList<ResiliencyResource> Resiliency { get; init; } = [];

    /// <summary>The configuration: all Configuration resources, later ones on top of earlier ones.</summary>
    public ConfigurationResource Configuration { get; init; } = new() { Name = "" };

    /// <summary>The same resources, seen by some apps only.</summary>
    public ResourceSet OnlyFor(IReadOnlySet<string> apps) => this with
    {
        Components = [.. Components.Select(component => component with { OnlyFor = component.OnlyFor ?? apps })],
        Subscriptions = [.. Subscriptions.Select(subscription => subscription with { OnlyFor = apps })],
        Resiliency = [.. Resiliency.Select(resource => resource with { OnlyFor = apps })],
    };

    /// <summary>The resources of several sets, but for their configurations.</summary>
    public static ResourceSet Join(IReadOnlyList<ResourceSet> sets) => new()
    {
        Components = [.. sets.SelectMany(set => set.Components)],
        Subscriptions = [.. sets.SelectMany(set => set.Subscriptions)],
        Resiliency = [.. sets.SelectMany(set => set.Resiliency)],
    };
}

/// <summary>Where a resource stands.</summary>
/// <param name="File">File as it was given.</param>
/// <param name="Line">First line of the document, from 1.</param>
public sealed record ResourceSource(string File, long Line);

/// <summary>A resource that only some apps see.</summary>
public interface IScopedResource
{
    /// <summary>App ids; empty: every app.</summary>
    IReadOnlyList<string> Scopes { get; }

    /// <summary>The apps whose resource folders have it; null: every app's.</summary>
    IReadOnlySet<string>? OnlyFor { get; }

    /// <summary>Whether an app sees the resource.</summary>
    bool IsVisibleTo(string appId) => OnlyFor?.Contains(appId) != false && (Scopes.Count == 0 || Scopes.Contains(appId, StringComparer.Ordinal));
}
