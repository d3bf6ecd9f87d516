using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>What every app instance of a run shares.</summary>
internal sealed record RunContext
{
    private static readonly TimeSpan ForgetLimit = TimeSpan.FromSeconds(5);

    /// <summary>What runs.</summary>
    public required RunPlan Plan { get; init; }

    /// <summary>Sources and build output.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>Data folder.</summary>
    public required DataDirectory Data { get; init; }

    /// <summary>Sidecars.</summary>
    public required ISidecarHost Sidecars { get; init; }

    /// <summary>Actors.</summary>
    public required IActorRuntime Actors { get; init; }

    /// <summary>Free ports.</summary>
    public required FreePorts Ports { get; init; }

    /// <summary>Starts children.</summary>
    public required ProcessLauncher Launcher { get; init; }

    /// <summary>The running children, on disk.</summary>
    public required ChildRegistry Children { get; init; }

    /// <summary>Uuids of the instances.</summary>
    public required Uuids Uuids { get; init; }

    /// <summary>Warnings for the person in front of it.</summary>
    public required Notices Notices { get; init; }

    /// <summary>Log of the runtime.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Removes what brokers keep for an instance that is gone for good. When a broker cannot be asked, the next start tries again.</summary>
    /// <param name="like">A sidecar of the same app.</param>
    /// <param name="instance">Name of the instance, <c>{app}-{number}</c>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task ForgetAsync(ISidecar like, string instance, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ForgetLimit);
        try
        {
            await Sidecars.ForgetInstanceAsync(like, Uuids.For(instance), instance, limit.Token).ConfigureAwait(false);
            Uuids.Forget(instance);
        }
        catch (Exception e) when (e is ComponentException or OperationCanceledException)
        {
            Logger.InstanceNotForgotten(instance, e.Message);
        }
    }
}
