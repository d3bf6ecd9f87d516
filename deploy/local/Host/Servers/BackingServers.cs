using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Building;

namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>The servers the runtime knows, and which of them a set of components needs.</summary>
internal static class BackingServers
{
    private const string EnvironmentStore = "secretstores.local.env";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IBackingServer> All { get; } = [new RedisServer(), new RabbitMqServer(), new PostgresServer()];

    /// <summary>
    /// The servers to start for these components: those a component both works on and finds by a variable of the environment, unless that
    /// variable is set already. A component that names its server itself needs none.
    /// </summary>
    public static IReadOnlyList<IBackingServer> NeededBy(ResourceSet resources, ComponentEnvironment environment)
    {
        HashSet<string> stores = [.. resources.Components.Where(component => component.Type == EnvironmentStore).Select(component => component.Name)];
        return [.. All.Where(server => string.IsNullOrEmpty(environment.Get(server.AddressVariable)) && resources.Components.Any(component => Needs(component, server, stores)))];
    }

    /// <summary>Finds the servers' programs and installs what is missing, when that needs no question.</summary>
    /// <returns>The programs; null with the reason when one cannot be had.</returns>
    public static async Task<(IReadOnlyList<InstalledServer>? Installed, string Reason)> FindAsync(
        IReadOnlyList<IBackingServer> servers, Action<string> progress, CancellationToken cancellationToken)
    {
        string? problem = null;
        string[] packages = Missing(servers);
        if (packages.Length > 0) problem = await DebianPackages.InstallAsync(packages, progress, cancellationToken).ConfigureAwait(false);

        packages = Missing(servers);
        return packages.Length == 0
            ? ([.. servers.Select(server => new InstalledServer(server, server.Find()!))], "")
            : (null, $"{string.Join(" and ", packages)} {(packages.Length == 1 ? "is" : "are")} missing and could not be installed: "
                + $"{problem ?? "not found after the installation"}. Install with: {DebianPackages.Command(packages)}");
    }

    private static string[] Missing(IReadOnlyList<IBackingServer> servers) => [.. servers.Where(server => server.Find() is null).Select(server => server.Package)];

    private static bool Needs(ComponentResource component, IBackingServer server, HashSet<string> environmentStores) =>
        server.Serves(component.Type)
        && component.Metadata.Any(setting => setting.EnvRef == server.AddressVariable
            || (setting.SecretName == server.AddressVariable && component.SecretStore is { } store && environmentStores.Contains(store)));
}
