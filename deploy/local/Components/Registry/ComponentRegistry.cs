using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>The running components. One instance of each serves every sidecar; scopes decide who sees it.</summary>
public sealed partial class ComponentRegistry : IComponentRegistry, IAsyncDisposable
{
    private readonly List<Entry> _entries = [];
    private readonly ConcurrentDictionary<string, AppView> _views = new(StringComparer.Ordinal);
    private readonly ILogger _logger;

    private ComponentRegistry(ILogger logger) => _logger = logger;

    /// <summary>Makes and connects the components of a set, secret stores first.</summary>
    /// <param name="resources">What was loaded.</param>
    /// <param name="environment">Variables for <c>envRef</c> and secret stores.</param>
    /// <param name="loggers">Makes the components' loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="factories">Types; null: <see cref="ComponentFactory.All"/>.</param>
    /// <exception cref="ComponentException">A component cannot be made or connected and does not ignore errors.</exception>
    public static async Task<ComponentRegistry> CreateAsync(
        ResourceSet resources, ComponentEnvironment environment, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken,
        IReadOnlyList<ComponentFactory>? factories = null)
    {
        var registry = new ComponentRegistry(loggers.CreateLogger<ComponentRegistry>());
        var context = new ComponentContext(environment, loggers, time);
        try
        {
            foreach (ComponentResource resource in resources.Components.OrderBy(component => IsSecretStore(component) ? 0 : 1))
            {
                await registry.StartAsync(resource, context, factories ?? ComponentFactory.All, cancellationToken).ConfigureAwait(false);
            }

            registry.CheckActorStores();
            return registry;
        }
        catch
        {
            await registry.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Checks, before anything is started for them, that the components are of types there are.</summary>
    /// <exception cref="ComponentException">One is not, and does not ignore errors.</exception>
    public static void CheckTypes(ResourceSet resources)
    {
        foreach (ComponentResource resource in resources.Components.Where(component => !component.IgnoreErrors))
        {
            Factory(new ComponentSettings(resource, EmptyMetadata.Value), ComponentFactory.All);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IComponent> ForApp(string appId) => View(appId).All;

    /// <inheritdoc/>
    public IPubSub? FindPubSub(string appId, string name) => View(appId).ByName.GetValueOrDefault(name) as IPubSub;

    /// <inheritdoc/>
    public IStateStore? FindStateStore(string appId, string name) => View(appId).ByName.GetValueOrDefault(name) as IStateStore;

    /// <inheritdoc/>
    public ISecretStore? FindSecretStore(string appId, string name) => View(appId).ByName.GetValueOrDefault(name) as ISecretStore;

    /// <inheritdoc/>
    public IStateStore? ActorStateStore(string appId) => View(appId).ActorStore;

    /// <summary>Closes every component, the last started first.</summary>
    public async ValueTask DisposeAsync()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            await _entries[i].Component.DisposeAsync().ConfigureAwait(false);
        }

        _entries.Clear();
        _views.Clear();
    }

    private static bool IsSecretStore(ComponentResource component) => component.Type.StartsWith("secretstores.", StringComparison.Ordinal);

    private static bool IsActorStore(IComponent component) =>
        component is IStateStore && component.Metadata.TryGetValue("actorStateStore", out string? text) && GoBool.TryParse(text, out bool on) && on;

    private AppView View(string appId) => _views.TryGetValue(appId, out AppView? view) ? view : _views.GetOrAdd(appId, AppView.Of(appId, _entries));

    private async Task StartAsync(ComponentResource resource, ComponentContext context, IReadOnlyList<ComponentFactory> factories, CancellationToken cancellationToken)
    {
        IComponent? component = null;
        try
        {
            ComponentSettings settings = await SettingsAsync(resource, context.Environment, cancellationToken).ConfigureAwait(false);
            component = Make(settings, context, factories);
            await InitAsync(component, settings, context.Time, cancellationToken).ConfigureAwait(false);
            _entries.Add(new Entry(resource, component));
            Started(resource.Name, resource.Type);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (component is not null) await component.DisposeAsync().ConfigureAwait(false);
            if (!resource.IgnoreErrors)
            {
                if (failure is ComponentException && failure.Message.StartsWith(resource.Source.File, StringComparison.Ordinal)) throw;
                // A server that is not there is reported by the connection, which does not know the file.
                if (failure is ComponentException) throw new ComponentException($"{resource.Source.File}:{resource.Source.Line}: {failure.Message}", failure);
                throw new ComponentSettings(resource, EmptyMetadata.Value).Error(failure.Message, failure);
            }

            Ignored(resource.Name, resource.Type, failure.Message);
        }
    }

    private static ComponentFactory Factory(ComponentSettings settings, IReadOnlyList<ComponentFactory> factories)
    {
        if (factories.FirstOrDefault(factory => factory.Type == settings.Resource.Type) is { } factory)
        {
            string version = settings.Resource.Version;
            if (factory.Versions.Contains(version, StringComparer.OrdinalIgnoreCase)) return factory;
            throw settings.Error($"spec.version '{version}' is not one the local runtime has of {factory.Type}: set it to {factory.Versions[0]}");
        }

        string supported = string.Join(", ", factories.Select(factory => factory.Type).Order(StringComparer.Ordinal));
        throw settings.Error($"the local runtime has no component type '{settings.Resource.Type}'; it has {supported}");
    }

    private static IComponent Make(ComponentSettings settings, ComponentContext context, IReadOnlyList<ComponentFactory> factories)
    {
        ComponentFactory factory = Factory(settings, factories);
        if (settings.Text("keyPrefix") is { } prefix && prefix.Contains("||", StringComparison.Ordinal)) throw settings.Error("keyPrefix", "must not contain '||'");
        IComponent component = factory.Create(settings, context);
        if (settings.Bool("actorStateStore", false) && component is IStateStore
            && !(component.Capabilities.Contains("ETAG", StringComparer.Ordinal) && component.Capabilities.Contains("TRANSACTIONAL", StringComparer.Ordinal)))
        {
            throw settings.Error("actorStateStore", "needs a store with ETAG and TRANSACTIONAL");
        }

        return component;
    }

    private static async Task InitAsync(IComponent component, ComponentSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Resource.InitTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await component.InitAsync(both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string limit = $"within the initTimeout of {settings.Resource.InitTimeout.TotalSeconds:0.###} s (spec.initTimeout)";
            throw component is IServerComponent remote
                ? settings.Error(remote.AddressField, $"leads to {remote.Server}, which was not ready {limit}")
                : settings.Error($"was not ready {limit}");
        }
    }

    private async Task<ComponentSettings> SettingsAsync(ComponentResource resource, ComponentEnvironment environment, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var settings = new ComponentSettings(resource, metadata);
        foreach (ComponentSetting setting in resource.Metadata)
        {
            string value = setting.Value;
            if (setting.SecretName is not null)
            {
                // An empty secret leaves what is written beside it.
                if (await SecretAsync(settings, setting, cancellationToken).ConfigureAwait(false) is { Length: > 0 } secret) value = secret;
            }
            else if (value.Length == 0 && setting.EnvRef is { Length: > 0 } variable) value = Variable(settings, setting.Name, variable, environment);
            if (!metadata.TryAdd(setting.Name, value)) throw settings.Error(setting.Name, "is given twice");
        }

        return settings;
    }

    private async Task<string> SecretAsync(ComponentSettings settings, ComponentSetting setting, CancellationToken cancellationToken)
    {
        string field = setting.Name + ".secretKeyRef";
        if (settings.Resource.SecretStore is not { Length: > 0 } name) throw settings.Error(field, "needs auth.secretStore");
        if (_entries.Find(entry => entry.Resource.Name == name && Covers(entry.Resource, settings.Resource))?.Component is not ISecretStore store)
        {
            throw settings.Error(field, $"names the secret store '{name}' (auth.secretStore), which is not loaded");
        }

        IReadOnlyDictionary<string, string>? secret;
        try
        {
            secret = await store.GetAsync(setting.SecretName!, EmptyMetadata.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (ComponentException failure)
        {
            throw settings.Error(field, $"cannot be read: {failure.Message}");
        }

        if (secret is null) throw settings.Error(field, $"names the secret '{setting.SecretName}', which the store '{name}' does not have");
        return secret.TryGetValue(setting.SecretKey!, out string? value)
            ? value
            : throw settings.Error(field, $"names the key '{setting.SecretKey}', which the secret '{setting.SecretName}' does not have");
    }

    private static string Variable(ComponentSettings settings, string field, string variable, ComponentEnvironment environment)
    {
        if (ComponentEnvironment.IsWithheld(variable) || variable.Contains(' ', StringComparison.Ordinal))
        {
            throw settings.Error(field + ".envRef", $"names the variable '{variable}', which components may not read");
        }

        return environment.Get(variable) ?? "";
    }

    private void CheckActorStores()
    {
        List<Entry> stores = _entries.FindAll(entry => IsActorStore(entry.Component));
        for (int i = 1; i < stores.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (!Meet(stores[i].Resource, stores[j].Resource)) continue;
                throw new ComponentSettings(stores[i].Resource, EmptyMetadata.Value).Error(
                    "actorStateStore", $"is already true for component '{stores[j].Resource.Name}' ({stores[j].Resource.Source.File}); an app has one actor state store");
            }
        }
    }

    // Whether every app that may have the one has the other.
    private static bool Covers(ComponentResource wide, ComponentResource narrow) =>
        wide.OnlyFor is null || (narrow.OnlyFor is { } apps && apps.IsSubsetOf(wide.OnlyFor));

    private static bool Meet(ComponentResource a, ComponentResource b) =>
        (a.OnlyFor is null || b.OnlyFor is null || a.OnlyFor.Overlaps(b.OnlyFor)) && Overlap(a.Scopes, b.Scopes);

    private static bool Overlap(IReadOnlyList<string> a, IReadOnlyList<string> b) => a.Count == 0 || b.Count == 0 || a.Intersect(b, StringComparer.Ordinal).Any();

    [LoggerMessage(Level = LogLevel.Information, Message = "component {Name} ({Type}) is ready")]
    private partial void Started(string name, string type);

    [LoggerMessage(Level = LogLevel.Warning, Message = "component {Name} ({Type}) is left out, as its ignoreErrors says: {Problem}")]
    private partial void Ignored(string name, string type, string problem);

    private sealed record Entry(ComponentResource Resource, IComponent Component);

    private sealed record AppView(IReadOnlyList<IComponent> All, Dictionary<string, IComponent> ByName, IStateStore? ActorStore)
    {
        public static AppView Of(string appId, List<Entry> entries)
        {
            List<IComponent> visible = [.. entries.Where(entry => ((IScopedResource)entry.Resource).IsVisibleTo(appId)).Select(entry => entry.Component)];
            return new AppView(visible, visible.ToDictionary(component => component.Name, StringComparer.Ordinal), visible.Find(IsActorStore) as IStateStore);
        }
    }
}
