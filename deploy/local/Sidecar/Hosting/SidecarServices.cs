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
    Instances Instances);
