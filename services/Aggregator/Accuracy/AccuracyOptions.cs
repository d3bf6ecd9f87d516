using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>What the follow-up of signals assumes.</summary>
internal sealed class AccuracyOptions
{
    public const string Section = "Aggregator:Accuracy";

    /// <summary>Commission of each fill, in basis points of its value. Default 1.</summary>
    [Range(0.0, 1000.0)]
    public double CommissionBps { get; init; } = 1;

    /// <summary>How much worse than the price each fill is, in basis points. Default 2.</summary>
    [Range(0.0, 1000.0)]
    public double SlippageBps { get; init; } = 2;

    /// <summary>Shortest time for which totals over all symbols are kept. Default 5 s; longer when counting them takes long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan TotalsFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The assumptions in one word: tallies of other assumptions do not mix with these.</summary>
    public string Rules => string.Create(CultureInfo.InvariantCulture, $"{CommissionBps}+{SlippageBps} bp at {string.Join(',', Horizons.All)}");
}
