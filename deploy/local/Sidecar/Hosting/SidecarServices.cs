using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>What all sidecars of a runtime share.</summary>
internal sealed record SidecarServices(
    IComponentRegistry Registry,
    IResiliencyPolicies Resiliency,
    IActorRuntime Actors,
    IReadOnlyList<DeclarativeSubscription> Declared,
    ILoggerFactory Loggers,
    TimeProvider Time,
    HttpMessageInvoker Apps,
    Instances Instances)
{
    /// <summary>What is done when a sidecar knows the subscriptions of its app and has not begun with any.</summary>
    public Func<LocalSidecar, CancellationToken, Task> BeforeSubscribing { get; set; } = static (_, _) => Task.CompletedTask;
}
