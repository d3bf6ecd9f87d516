using System.Globalization;

namespace DaprTrading.Tests.Chaos;

/// <summary>What can be done to a running system.</summary>
internal enum FaultKind
{
    KillApp, PauseApp, Scale, KillRedis, PauseRedis, SlowRedis, KillRuntime, PauseRuntime,
}

/// <summary>One fault, decided before anything runs.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="App">To which app; empty when it concerns none.</param>
/// <param name="Instance">Which of its instances: 0 to 1, the share of those before it.</param>
/// <param name="Instances">To how many instances it is scaled.</param>
/// <param name="Length">How long something is stopped, slow or away.</param>
/// <param name="After">Rest after it.</param>
internal sealed record Fault(FaultKind Kind, string App, double Instance, int Instances, TimeSpan Length, TimeSpan After)
{
    /// <summary>Another one at the same time.</summary>
    public Fault? Along { get; init; }

    /// <summary>Whether every fault of the deck has happened with this one.</summary>
    public bool EndsDeck { get; init; }

    /// <summary>Whether it concerns processes of one app only, so that another app's can fail at the same time.</summary>
    public bool IsOfApp => Kind is FaultKind.KillApp or FaultKind.PauseApp;

    public override string ToString()
    {
        string seconds = Length.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return Kind switch
        {
            FaultKind.KillApp => $"kill -9 {App}",
            FaultKind.PauseApp => $"stop {App} for {seconds} s",
            FaultKind.Scale => $"scale {App} {Instances}",
            FaultKind.KillRedis => "kill -9 redis",
            FaultKind.PauseRedis => $"stop redis for {seconds} s",
            FaultKind.SlowRedis => $"slow redis for {seconds} s",
            FaultKind.KillRuntime => $"kill -9 runtime, up again after {seconds} s",
            _ => $"stop runtime for {seconds} s",
        };
    }
}
