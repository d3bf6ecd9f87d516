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
/// <param name="Length">How long something is stopped or slow.</param>
/// <param name="After">Pause after it.</param>
/// <param name="Along">Another one at the same time.</param>
internal sealed record Fault(FaultKind Kind, string App, double Instance, int Instances, TimeSpan Length, TimeSpan After, Fault? Along)
{
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
            FaultKind.KillRuntime => "kill -9 runtime",
            _ => $"stop runtime for {seconds} s",
        };
    }
}

/// <summary>Faults without end, from a seed. Every kind comes early once, so that a short run has them all.</summary>
internal sealed class FaultPlan(ChaosOptions options)
{
    private static readonly string[] Apps = ["processing", "ingestion", "gateway", "signals", "aggregator", "notification", "visualization", "processing", "aggregator"];
    private static readonly string[] Scalable = ["processing", "aggregator", "signals", "ingestion"];

    private static readonly FaultKind[] Weighted =
    [
        FaultKind.KillApp, FaultKind.KillApp, FaultKind.KillApp, FaultKind.PauseApp, FaultKind.PauseApp, FaultKind.Scale, FaultKind.Scale,
        FaultKind.KillRedis, FaultKind.PauseRedis, FaultKind.SlowRedis, FaultKind.KillRuntime, FaultKind.PauseRuntime,
    ];

    private readonly Random _random = new(options.Seed);

    public IEnumerable<Fault> Faults()
    {
        List<FaultKind> first = [.. Enum.GetValues<FaultKind>()];
        while (true)
        {
            if (first.Count == 0)
            {
                yield return Next(Weighted[_random.Next(Weighted.Length)], alone: false);
                continue;
            }

            int at = _random.Next(first.Count);
            FaultKind kind = first[at];
            first.RemoveAt(at);
            yield return Next(kind, alone: false);
        }
    }

    // What looks for process ids needs the runtime: nothing goes along with its end or its pause.
    private Fault Next(FaultKind kind, bool alone)
    {
        string app = kind is FaultKind.Scale ? Scalable[_random.Next(Scalable.Length)] : Apps[_random.Next(Apps.Length)];
        var fault = new Fault(
            kind, app, _random.NextDouble(), _random.Next(1, 4), Between(TimeSpan.FromMilliseconds(200), options.LongestPause),
            Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)), null);
        bool lonely = alone || kind is FaultKind.KillRuntime or FaultKind.PauseRuntime or FaultKind.Scale;
        return lonely || _random.Next(3) > 0 ? fault : fault with { Along = Next((FaultKind)_random.Next(2), alone: true) };
    }

    private TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * _random.NextDouble());
}
