using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>EMA cross: buy when EMA(12) comes to lie above EMA(26), sell when it comes to lie below.</summary>
/// <remarks>
/// Confidence: 0.3, up to 0.4 for how fast the lines cross (a quarter of ATR 14 within the bar is full strength), up to 0.3 for the long
/// trend (close against SMA 200). Slow lines cross often while the price goes sideways: those crossings are weak ones.
/// </remarks>
/// <param name="settings">Limits.</param>
public sealed class EmaCross(CrossSettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "ema-cross";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (previous is not { Ema12: { } fastBefore, Ema26: { } slowBefore } || current is not { Ema12: { } fast, Ema26: { } slow })
            return null;

        double before = fastBefore - slowBefore, after = fast - slow;
        if (LineCross.Of(before, after) is not { } side || Trend.StandsStill(previous, current))
            return null;
        double confidence = Trend.Confidence(LineCross.Strength(before, after, current.Atr14), side, current);
        if (confidence < settings.MinConfidence)
            return null;

        string direction = side == Side.Buy ? "above" : "below";
        return Signals.Of(Name, symbol, side, confidence, current,
        [
            $"EMA(12) {Trend.Price(fast)} crossed {direction} EMA(26) {Trend.Price(slow)}",
            Trend.Reason(side, current),
        ]);
    }
}
