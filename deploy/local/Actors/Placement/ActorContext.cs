using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>What all parts of the actor runtime share.</summary>
internal sealed class ActorContext(TimeProvider time, ILogger logger)
{
    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>Work that nobody awaits: timers, reminders, deactivations.</summary>
    public BackgroundWork Background { get; } = new(logger);

    /// <summary>Raised when the hosts of a type have changed.</summary>
    public ChangeSignal Changes { get; } = new();

    /// <summary>Called when a turn starts or has ended.</summary>
    public Action<TurnChange>? TurnObserver { get; set; }
}
