namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// The templates <c>{appID}</c>, <c>{namespace}</c>, <c>{uuid}</c> and <c>{podName}</c> in the settings of components. They differ from app to app, so a
/// component that has one is connected once per app that sees it. Instances of an app share it: only in <c>consumerID</c>, which each sidecar
/// resolves for itself, are <c>{uuid}</c> and <c>{podName}</c> those of an instance.
/// </summary>
public static class AppTemplates
{
    private static readonly string[] Names = ["{appID}", "{namespace}", "{uuid}", "{podName}"];

    /// <summary>Gives each of the apps its own copy of the components that have templates.</summary>
    /// <param name="set">The resources of the apps.</param>
    /// <param name="apps">Ids of the apps.</param>
    /// <param name="nameSpace">Namespace of their sidecars.</param>
    public static ResourceSet Apply(ResourceSet set, IReadOnlyList<string> apps, string nameSpace)
    {
        HashSet<string> stores = [.. set.Components.Where(component => component.Type.StartsWith("secretstores.", StringComparison.Ordinal) && HasTemplates(component))
            .Select(component => component.Name)];
        var components = new List<ComponentResource>(set.Components.Count);
        foreach (ComponentResource component in set.Components)
        {
            bool own = HasTemplates(component) || (component.SecretStore is { } store && stores.Contains(store));
            if (own) components.AddRange(apps.Where(app => ((IScopedResource)component).IsVisibleTo(app)).Select(app => Copy(component, app, nameSpace)));
            else components.Add(component);
        }

        return set with { Components = components };
    }

    private static bool HasTemplates(ComponentResource component) => component.Metadata.Any(setting =>
        !setting.Name.Equals("consumerID", StringComparison.OrdinalIgnoreCase) && Array.Exists(Names, name => setting.Value.Contains(name, StringComparison.Ordinal)));

    private static ComponentResource Copy(ComponentResource component, string app, string nameSpace) => component with
    {
        OnlyFor = new HashSet<string>(StringComparer.Ordinal) { app },
        Templates = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{appID}"] = app,
            ["{namespace}"] = $"{nameSpace}.{app}",
            ["{uuid}"] = Guid.NewGuid().ToString("D"),
            ["{podName}"] = app,
        },
    };
}
