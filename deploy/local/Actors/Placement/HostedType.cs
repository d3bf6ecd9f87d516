namespace DaprTrading.LocalRuntime.Actors;

/// <summary>One actor type on one host. What changes is guarded by the lock of its <see cref="ActorType"/>.</summary>
internal sealed class HostedType
{
    /// <summary>80 % of the 30 s a change of the hosts may take at most.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(24);

    private static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(60);

    /// <summary>A timer cannot be set further ahead than 49 days.</summary>
    private static readonly TimeSpan LongestIdleTimeout = TimeSpan.FromDays(40);

    public HostedType(ActorHost host, string type, AppConfiguration configuration, HashSet<string> untold)
    {
        Untold = untold;
        AppConfiguration own = configuration.PerType.GetValueOrDefault(type, configuration);
        Host = host;
        Type = type;
        IdleTimeout = own.ActorIdleTimeout <= TimeSpan.Zero ? DefaultIdleTimeout
            : own.ActorIdleTimeout < LongestIdleTimeout ? own.ActorIdleTimeout : LongestIdleTimeout;
        DrainTimeout = !configuration.DrainRebalancedActors ? TimeSpan.Zero
            : own.DrainOngoingCallTimeout < LongestDrain ? own.DrainOngoingCallTimeout : LongestDrain;
        Reentrancy = own.ReentrancyEnabled;
        MaxStackDepth = own.ReentrancyMaxStackDepth;
    }

    public ActorHost Host { get; }

    public string Type { get; }

    public TimeSpan IdleTimeout { get; }

    /// <summary>Zero when running calls are cancelled at once.</summary>
    public TimeSpan DrainTimeout { get; }

    public bool Reentrancy { get; }

    public int MaxStackDepth { get; }

    public ActorTimers Timers { get; } = new();

    /// <summary>
    /// Actors the app may still hold although they have left: it could not be told to drop them. It is told before their next turn here, or the turn
    /// would meet an instance that missed what happened elsewhere. Shared by all lives of one process.
    /// </summary>
    public HashSet<string> Untold { get; }

    /// <summary>Turns and deactivations under way here.</summary>
    public int Running { get; set; }

    /// <summary>Actors active here.</summary>
    public int Active { get; set; }

    /// <summary>The host has left: nothing starts here any more.</summary>
    public bool Gone { get; set; }

    /// <summary>The host's process has ended: calling it makes no sense.</summary>
    public bool Dead { get; set; }

    /// <summary>Cancelled when the turns that started under it must end: the host died, or its drain time is over.</summary>
    public CancellationTokenSource Epoch { get; set; } = new();

    /// <summary>Set while somebody waits for <see cref="Running"/> to become zero.</summary>
    public TaskCompletionSource? Drained { get; set; }
}
