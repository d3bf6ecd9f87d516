using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>SMA regime: buy when SMA(50) comes to lie above SMA(200), sell when it comes to lie below.</summary>
/// <remarks>
/// Confidence: 0.4, 0.3 more when SMA(200) itself moves the way of the signal, 0.3 more when the close lies on that side of both averages.
/// The event is rare and late: it names the regime the market is in rather than a moment to trade.
/// </remarks>
/// <param name="settings">Limits.</param>
public sealed class SmaRegime(SmaRegimeSettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "sma-regime";

    private const double Base = 0.4, ForSlope = 0.3, ForPlace = 0.3;

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => 200;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (previous is not { Sma50: { } fastBefore, Sma200: { } slowBefore } || current is not { Sma50: { } fast, Sma200: { } slow })
            return null;
        if (LineCross.Of(fastBefore - slowBefore, fast - slow) is not { } side || Trend.StandsStill(previous, current))
            return null;

        double slope = slow - slowBefore;
        bool sameWay = side == Side.Buy ? slope > 0 : slope < 0;
        bool sameSide = side == Side.Buy ? current.Close > Math.Max(fast, slow) : current.Close < Math.Min(fast, slow);
        double confidence = Math.Round(Base + (sameWay ? ForSlope : 0) + (sameSide ? ForPlace : 0), 4);
        if (confidence < settings.MinConfidence || (settings.RequireSlope && !sameWay))
            return null;

        string direction = side == Side.Buy ? "above" : "below";
        return Signals.Of(Name, symbol, side, confidence, current,
        [
            $"SMA(50) {Trend.Price(fast)} crossed {direction} SMA(200) {Trend.Price(slow)}",
            $"SMA(200) {Way(slope)} by {Trend.Price(Math.Abs(slope))} a bar; close {Trend.Price(current.Close)} is {(sameSide ? "" : "not ")}{direction} both averages",
        ]);
    }

    private static string Way(double slope) => slope > 0 ? "rises" : slope < 0 ? "falls" : "moves";
}
