namespace DaprTrading.ServiceDefaults;

/// <summary>What holds for the actors of every service.</summary>
public static class ActorDefaults
{
    /// <summary>How long a running turn may go on when the instances of its service change; then it is cancelled and repeated.</summary>
    /// <remarks>
    /// All calls of the actor type wait for it, and under <c>daprd</c> a turn that has yet to save its state waits for them in turn, so it cannot end
    /// within any time: a longer one only makes the standstill longer. Always set, because what holds otherwise is 60 s up to Dapr 1.16 and 2 s from 1.17.
    /// </remarks>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);
}
