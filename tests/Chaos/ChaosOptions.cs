using System.Globalization;

namespace DaprTrading.Tests.Chaos;

/// <summary>What a run is made of; the same seed gives the same bars and the same plan of faults.</summary>
/// <param name="Seed">From <c>DAPRTRADING_CHAOS_SEED</c>.</param>
/// <param name="Length">How long faults happen at least; from <c>DAPRTRADING_CHAOS_SECONDS</c>.</param>
internal sealed record ChaosOptions(int Seed, TimeSpan Length)
{
    /// <summary>From this length on a run has the full size.</summary>
    public static readonly TimeSpan FullLength = TimeSpan.FromMinutes(2);

    public bool IsFull => Length >= FullLength;

    /// <summary>Symbols; every fifth has two sources.</summary>
    public int Symbols => IsFull ? 50 : 5;

    /// <summary>Bars of each symbol, over its sources.</summary>
    public int BarsPerSymbol => IsFull ? 4_000 : 1_600;

    /// <summary>How long a process is stopped at most, but for the long faults.</summary>
    public TimeSpan LongestPause => IsFull ? TimeSpan.FromSeconds(12) : TimeSpan.FromSeconds(2.5);

    /// <summary>How long nothing happens after a fault at most.</summary>
    public TimeSpan LongestRest => IsFull ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(0.8);

    /// <summary>How many services are stopped per deck of faults.</summary>
    public int PausedApps => IsFull ? 5 : 3;

    /// <summary>Whether a service is stopped, and the runtime away, for longer than anything waits.</summary>
    public bool HasLongFaults => IsFull;

    /// <summary>How long the system may take to have everything after the last fault.</summary>
    public TimeSpan SettleLimit => IsFull ? TimeSpan.FromMinutes(6) : TimeSpan.FromSeconds(120);

    public static ChaosOptions FromEnvironment() => new(
        Number("DAPRTRADING_CHAOS_SEED", 1), TimeSpan.FromSeconds(Number("DAPRTRADING_CHAOS_SECONDS", 25)));

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
