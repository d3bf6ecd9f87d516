using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Servers;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>What will run: the run file, its resources, and how many instances of each app.</summary>
internal sealed class RunPlan
{
    private const int MostInstances = 64;

    private readonly AppResources _resources;

    private RunPlan(UpOptions options, RunFile file, AppResources resources)
    {
        Options = options;
        File = file;
        _resources = resources;
        Servers = BackingServers.NeededBy(resources.All, ComponentEnvironment.FromProcess());
    }

    /// <summary>What was asked for.</summary>
    public UpOptions Options { get; }

    /// <summary>The run file.</summary>
    public RunFile File { get; }

    /// <summary>Folders of the components.</summary>
    public IReadOnlyList<string> ComponentPaths => _resources.Paths;

    /// <summary>Components, subscriptions and policies of all apps.</summary>
    public ResourceSet Resources => _resources.All;

    /// <summary>The servers the runtime has to start for the components.</summary>
    public IReadOnlyList<IBackingServer> Servers { get; }

    /// <summary>Loads and checks everything that can be checked before something is started.</summary>
    /// <exception cref="UserException">Options or files are wrong.</exception>
    public static RunPlan Load(UpOptions options, ILogger logger)
    {
        try
        {
            RunFile file = RunFile.Load(options.RunFile);
            foreach (string warning in file.Warnings) logger.RunFileWarning(warning);
            var plan = new RunPlan(options, file, AppResources.Load(file, options.Components, ComponentEnvironment.FromProcess(), logger));
            plan.Check();
            return plan;
        }
        catch (ComponentException e)
        {
            throw new UserException(e.Message, e);
        }
    }

    /// <summary>The configuration of an app.</summary>
    public ConfigurationResource ConfigurationOf(RunFileApp app) => _resources.ConfigurationOf(app);

    /// <summary>Instances of an app at the start.</summary>
    public int InstancesOf(RunFileApp app) => Options.Scale.TryGetValue(app.AppId, out int wanted) ? wanted : 1;

    /// <summary>The app's port for an instance: the file's or the option's for the first, a free one for all others.</summary>
    /// <exception cref="UserException">The port is taken.</exception>
    public int? AppPort(RunFileApp app, int instance, FreePorts ports)
    {
        if (app.AppPort is null) return null;
        if (instance > 0) return ports.Take();

        int? demanded = Options.DemandedPort(app.AppId);
        if (demanded is null && Options.FreePorts) return ports.Take();

        int port = demanded ?? app.AppPort.Value;
        ports.Exclude(port);
        if (FreePorts.IsFree(port)) return port;
        throw new UserException($"Port {port}, wanted for {app.AppId}, is {PortHolder.Describe(port)}. Free it, or choose another with {WellKnownApps.PortOption(app.AppId)}.");
    }

    /// <summary>Checks a wanted number of instances.</summary>
    /// <exception cref="UserException">It is out of range.</exception>
    public static void CheckInstances(string app, int instances)
    {
        if (instances is < 0 or > MostInstances) throw new UserException($"{app}: the number of instances must be from 0 to {MostInstances}, not {instances}.");
    }

    private void Check()
    {
        if (Options.Dapr) CheckForDapr();
        else ComponentRegistry.CheckTypes(Resources);

        foreach (var (app, instances) in Options.Scale)
        {
            if (!File.Apps.Any(known => known.AppId == app))
            {
                throw new UserException($"There is no app '{app}' in {File.Path}; it has {string.Join(", ", File.Apps.Select(known => known.AppId))}.");
            }

            CheckInstances(app, instances);
        }
    }

    private void CheckForDapr()
    {
        if (Options.Scale.Count > 0) throw new UserException("--scale does not go with --dapr: Dapr's multi-app run has one instance per app.");

        if (Resources.Components.FirstOrDefault(component => component.Type == "pubsub.in-memory") is { } bus)
        {
            throw new UserException($"{bus.Source.File}: component '{bus.Name}' ({bus.Type}) does not go with --dapr: each daprd would have a bus of its own. Choose other --components.");
        }
    }
}
