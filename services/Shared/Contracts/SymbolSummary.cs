namespace DaprTrading.Contracts;

/// <summary>Performance of one stock: the current UTC day and the risk of its recent past. Topic <c>summaries</c>.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="N">Index of the last point included.</param>
/// <param name="Time">Time of that bar, Unix milliseconds, UTC.</param>
/// <param name="Last">Last close.</param>
/// <param name="DayOpen">First open of the day.</param>
/// <param name="DayHigh">Highest price of the day.</param>
/// <param name="DayLow">Lowest price of the day.</param>
/// <param name="Change">Last close less the close before the day (the day's open on the first day).</param>
/// <param name="ChangePercent">The change in percent.</param>
/// <param name="Volume">Volume of the day.</param>
/// <param name="Vwap">Volume weighted average price of the day; null while no volume was traded.</param>
/// <param name="Volatility">Standard deviation of the logarithmic returns from bar to bar over the last 100 bars; null before 20.</param>
/// <param name="MaxDrawdown">Deepest fall from a peak close since the series began, 0 to 1.</param>
/// <param name="Rsi14">RSI of the last point; null while warming up.</param>
/// <param name="Unchanged">Bars in a row without a change of the close: "no movement" instead of "overbought".</param>
/// <param name="Trend"><c>up</c>, <c>down</c> or <c>flat</c>: EMA 12 against EMA 26; <c>unknown</c> while warming up.</param>
/// <param name="BuySignals">Buy signals since the series began.</param>
/// <param name="SellSignals">Sell signals since the series began.</param>
/// <param name="LastSignal">Newest signal; null when there was none.</param>
/// <param name="Sparkline">Up to 32 recent closes, oldest first.</param>
/// <param name="Source">Source of the last bar.</param>
/// <param name="IngestedAt">When the edge accepted the last bar, Unix milliseconds, UTC.</param>
public sealed record SymbolSummary(
    string Symbol, long N, long Time, double Last, double DayOpen, double DayHigh, double DayLow, double Change, double ChangePercent,
    double Volume, double? Vwap, double? Volatility, double MaxDrawdown, double? Rsi14, int Unchanged, string Trend,
    long BuySignals, long SellSignals, TradingSignal? LastSignal, IReadOnlyList<double> Sparkline, string Source, long IngestedAt);

/// <summary>Open, high, low, close and volume of one symbol over one interval.</summary>
/// <param name="Time">Start of the interval, Unix milliseconds, UTC.</param>
/// <param name="Open">First open.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last close.</param>
/// <param name="Volume">Sum of the volumes.</param>
/// <param name="FirstN">Index of the first point in it.</param>
/// <param name="LastN">Index of the last point in it.</param>
public sealed record Candle(long Time, double Open, double High, double Low, double Close, double Volume, long FirstN, long LastN);
