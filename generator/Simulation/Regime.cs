namespace DaprTrading.Generator.Simulation;

/// <summary>How a market moves for a while.</summary>
/// <param name="Name">Name shown to people.</param>
/// <param name="Drift">Mean logarithmic return per bar.</param>
/// <param name="Volatility">Standard deviation of the logarithmic return per bar.</param>
/// <param name="MeanBars">Mean length in bars.</param>
/// <param name="Weight">How often it comes next, against the others.</param>
internal sealed record Regime(string Name, double Drift, double Volatility, int MeanBars, int Weight)
{
    /// <summary>
    /// Chosen so that every strategy has something to find: trends long enough for moving averages to cross, crashes that push the RSI below 30 and
    /// rebounds that bring it back, spikes that leave the Bollinger bands.
    /// </summary>
    public static readonly IReadOnlyList<Regime> All =
    [
        new("calm", 0, 0.0008, 60, 5),
        new("trend up", 0.0006, 0.0012, 50, 4),
        new("trend down", -0.0006, 0.0012, 50, 4),
        new("crash", -0.006, 0.004, 12, 1),
        new("rebound", 0.004, 0.003, 12, 1),
        new("spike", 0.012, 0.006, 3, 1),
    ];

    /// <summary>What follows a regime: a crash is answered by a rebound, anything else by chance.</summary>
    public static Regime After(Regime current, Random random)
    {
        if (string.Equals(current.Name, "crash", StringComparison.Ordinal)) return All[4];
        int pick = random.Next(All.Sum(regime => regime.Weight));
        foreach (Regime regime in All)
        {
            pick -= regime.Weight;
            if (pick < 0) return regime;
        }

        return All[0];
    }
}
