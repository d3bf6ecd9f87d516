namespace DaprTrading.Contracts;

/// <summary>What followed the signals of the running system.</summary>
/// <param name="CommissionBps">Commission of each fill, in basis points.</param>
/// <param name="SlippageBps">How much worse than the price each fill is, in basis points.</param>
/// <param name="Horizons">After how many bars a signal is judged.</param>
/// <param name="Fewest">Below this number of signals a rate says nothing.</param>
/// <param name="AsOf">When it was counted, Unix milliseconds, UTC.</param>
/// <param name="Rows">By strategy, origin, version and horizon: both sides together, buys, sells.</param>
/// <param name="SettingsVersion">The newest version of the settings that decided a signal, which is what rows are of unless others were asked for; null when none is known.</param>
public sealed record AccuracyReport(
    double CommissionBps, double SlippageBps, IReadOnlyList<int> Horizons, int Fewest, long AsOf, IReadOnlyList<AccuracyRow> Rows, int? SettingsVersion = null)
{
    /// <summary>Below this number of signals a rate says nothing.</summary>
    public const int FewestSignals = 30;
}

/// <summary>How often signals were followed by a profit after costs; a rate never without its number, interval and base rate.</summary>
/// <param name="Strategy">Name of the strategy.</param>
/// <param name="Side"><c>buy</c>, <c>sell</c> or <c>both</c>.</param>
/// <param name="Symbol">Canonical symbol, or <c>all</c>.</param>
/// <param name="Horizon">Bars from the signal's bar to the close at which it is judged; entry is the open after the signal.</param>
/// <param name="N">Signals whose horizon is over.</param>
/// <param name="Hits">Those followed by a profit after costs.</param>
/// <param name="HitRate">Hits per signal; null without signals.</param>
/// <param name="Low">Lower bound of Wilson's 95 % interval of the hit rate.</param>
/// <param name="High">Upper bound.</param>
/// <param name="BaseRate">Hit rate of the same sides at every bar of the same symbols: what no skill at all gives; null without signals.</param>
/// <param name="MeanReturn">Mean profit after costs, a share; null without signals.</param>
/// <param name="Pending">Signals whose horizon is not over yet.</param>
/// <param name="Origin"><c>live</c>, <c>replay</c>, or <c>mixed</c> for what was counted before they were told apart.</param>
/// <param name="SettingsVersion">Version of the settings that decided the signals; null for earlier ones than are told apart, all together.</param>
public sealed record AccuracyRow(
    string Strategy, string Side, string Symbol, int Horizon, long N, long Hits, double? HitRate, double Low, double High, double? BaseRate,
    double? MeanReturn, long Pending, string Origin = "live", int? SettingsVersion = null)
{
    /// <summary>What <see cref="Symbol"/> is in totals over all symbols.</summary>
    public const string AllSymbols = "all";
}
