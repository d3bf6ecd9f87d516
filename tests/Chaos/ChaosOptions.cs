using System.Globalization;

namespace DaprTrading.Tests.Chaos;

/// <summary>What a run is made of; the same seed gives the same bars and the same faults in the same order.</summary>
/// <param name="Seed">From <c>DAPRTRADING_CHAOS_SEED</c>.</param>
/// <param name="Length">How long faults happen; from <c>DAPRTRADING_CHAOS_SECONDS</c>.</param>
internal sealed record ChaosOptions(int Seed, TimeSpan Length)
{
    public static readonly string[] Symbols = ["CA", "CB", "CC", "CD"];

    public static readonly string[] Sources = ["left", "right"];

    /// <summary>Bars of one request.</summary>
    public const int RequestSize = 8;

    /// <summary>A series that fits into what the aggregator keeps, however long the run is.</summary>
    private const int MostBars = 2_500;

    /// <summary>Pause between two requests of one source of one symbol.</summary>
    public TimeSpan Pace
    {
        get
        {
            TimeSpan slowest = Length * RequestSize / MostBars;
            TimeSpan usual = TimeSpan.FromMilliseconds(200);
            return slowest > usual ? slowest : usual;
        }
    }

    public static ChaosOptions FromEnvironment() => new(
        Number("DAPRTRADING_CHAOS_SEED", 1), TimeSpan.FromSeconds(Number("DAPRTRADING_CHAOS_SECONDS", 30)));

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
