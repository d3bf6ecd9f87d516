using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>MACD cross: buy when the MACD line (12, 26) comes to lie above its signal line (9), sell when it comes to lie below.</summary>
/// <remarks>
/// Confidence: 0.3, up to 0.4 for how fast the lines cross (a quarter of ATR 14 within the bar is full strength), up to 0.3 for the long
/// trend (close against SMA 200). By default the line has to be on the right side of zero, above for a buy and below for a sell; without that it is the
/// noisiest of the strategies.
/// </remarks>
/// <param name="settings">Limits.</param>
public sealed class MacdCross(MacdCrossSettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "macd-cross";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => 34;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (previous.MacdHistogram is not { } before || current is not { MacdHistogram: { } after, Macd: { } line, MacdSignal: { } signal })
            return null;
        if (LineCross.Of(before, after) is not { } side || Trend.StandsStill(previous, current))
            return null;
        if (!IsOnSide(line, side))
            return null;
        double confidence = Trend.Confidence(LineCross.Strength(before, after, current.Atr14), side, current);
        if (confidence < settings.MinConfidence)
            return null;

        string direction = side == Side.Buy ? "above" : "below";
        string place = line >= 0 ? "over" : "under";
        return Signals.Of(Name, symbol, side, confidence, current,
        [
            $"MACD {line:0.0000} crossed {direction} its signal line {signal:0.0000}, {place} zero",
            Trend.Reason(side, current),
        ]);
    }

    private bool IsOnSide(double line, Side side) => settings.ZeroSide switch
    {
        MacdZeroSide.Trend => side == Side.Buy ? line > 0 : line < 0,
        MacdZeroSide.Reversal => side == Side.Buy ? line < 0 : line > 0,
        _ => true,
    };
}
