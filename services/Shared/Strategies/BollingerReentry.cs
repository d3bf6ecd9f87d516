using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>Bollinger re-entry: buy when the close returns above the lower band, sell when it returns below the upper band (20 closes, two deviations).</summary>
/// <remarks>
/// The distance between the bands, in ATR(14), must lie within the settings: narrow bands are left by noise, wide ones come with a trend along
/// which the price walks. Confidence: 0.3, up to 0.4 for how far the close before lay outside (half a deviation is full strength), up to 0.3
/// for the long trend (close against SMA 200).
/// </remarks>
/// <param name="settings">Limits.</param>
public sealed class BollingerReentry(BollingerReentrySettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "bollinger-reentry";

    private const double DeviationsBetweenBands = 4, FullDepth = 0.5;

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => 20;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (previous is not { BbLower: { } lowerBefore, BbUpper: { } upperBefore } || current is not { BbLower: { } lower, BbUpper: { } upper })
            return null;
        if (Trend.StandsStill(previous, current) || current.Atr14 is not > 0)
            return null;
        if (previous.Close < lowerBefore && current.Close >= lower)
            return Signal(symbol, Side.Buy, lowerBefore - previous.Close, upperBefore - lowerBefore, previous, current);
        if (previous.Close > upperBefore && current.Close <= upper)
            return Signal(symbol, Side.Sell, previous.Close - upperBefore, upperBefore - lowerBefore, previous, current);
        return null;
    }

    private TradingSignal? Signal(string symbol, Side side, double outside, double widthBefore, IndicatorPoint previous, IndicatorPoint current)
    {
        double width = (current.BbUpper!.Value - current.BbLower!.Value) / current.Atr14!.Value;
        if (width < settings.MinWidth || width > settings.MaxWidth)
            return null;
        double depth = outside / (widthBefore / DeviationsBetweenBands);
        double confidence = Trend.Confidence(depth / FullDepth, side, current);
        if (confidence < settings.MinConfidence)
            return null;

        (string direction, string name, double band) = side == Side.Buy ? ("above", "lower", current.BbLower.Value) : ("below", "upper", current.BbUpper.Value);
        return Signals.Of(Name, symbol, side, confidence, current,
        [
            $"close {Trend.Price(current.Close)} returned {direction} the {name} Bollinger band {Trend.Price(band)}; the close before, {Trend.Price(previous.Close)}, lay {Trend.TwoDigits(depth)} deviations outside",
            $"the bands are {Trend.OneDigit(width)} ATR apart",
            Trend.Reason(side, current),
        ]);
    }
}
