namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>How long to wait before a process that ended is started again. It never gives up.</summary>
internal sealed class RestartBackoff
{
    private const int ImmediateRestarts = 3;
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private int _inARow;

    /// <summary>The wait after a process that lived for <paramref name="lifetime"/>: none three times, then 0.5 s, doubling up to 10 s.</summary>
    public TimeSpan Next(TimeSpan lifetime)
    {
        if (lifetime >= Healthy) _inARow = 0;

        int waits = ++_inARow - ImmediateRestarts - 1;
        if (waits < 0) return TimeSpan.Zero;

        TimeSpan wait = First * Math.Pow(2, Math.Min(waits, 10));
        return wait < Longest ? wait : Longest;
    }
}
