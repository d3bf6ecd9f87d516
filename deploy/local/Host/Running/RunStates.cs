namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The states of a system, as the status names them.</summary>
internal static class RunStates
{
    /// <summary>Not everything answers yet.</summary>
    public const string Starting = "starting";

    /// <summary>Everything answered once.</summary>
    public const string Running = "running";

    /// <summary>It was told to end.</summary>
    public const string Stopping = "stopping";

    /// <summary>No runtime has the data folder.</summary>
    public const string Stopped = "stopped";
}
