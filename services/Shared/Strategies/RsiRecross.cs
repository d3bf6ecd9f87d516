using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>RSI re-cross: buy when RSI(14) rises back through the oversold mark, sell when it falls back through the overbought mark.</summary>
/// <remarks>
/// Confidence: 0.3, up to 0.4 for the size of the step (10 points of RSI or more are full strength), up to 0.3 for the long trend
/// (close against SMA 200). In a long fall the RSI can cross back and forth: that is what the trend part of the
/// confidence, the trend filter and the hysteresis are for. A strategy sees one step only, so hysteresis means that this one step has to end
/// clearly beyond the mark.
/// </remarks>
/// <param name="settings">Marks and limits.</param>
public sealed class RsiRecross(RsiRecrossSettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "rsi-recross";

    private const double FullStep = 10;

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => settings.TrendFilter ? 199 : 15;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (previous.Rsi14 is not { } before || current.Rsi14 is not { } after || Trend.StandsStill(previous, current))
            return null;
        if (before < settings.Oversold && after >= settings.Oversold + settings.Hysteresis)
            return Signal(symbol, Side.Buy, before, after, current);
        if (before > settings.Overbought && after <= settings.Overbought - settings.Hysteresis)
            return Signal(symbol, Side.Sell, before, after, current);
        return null;
    }

    private TradingSignal? Signal(string symbol, Side side, double before, double after, IndicatorPoint current)
    {
        if (settings.TrendFilter && Trend.Agrees(side, current) != true)
            return null;
        double confidence = Trend.Confidence(Math.Abs(after - before) / FullStep, side, current);
        if (confidence < settings.MinConfidence)
            return null;

        string step = side == Side.Buy ? "rose" : "fell";
        double mark = side == Side.Buy ? settings.Oversold : settings.Overbought;
        return Signals.Of(Name, symbol, side, confidence, current,
        [
            $"RSI(14) {step} through {mark:0.##} from {Trend.OneDigit(before)} to {Trend.OneDigit(after)}",
            Trend.Reason(side, current),
        ]);
    }
}
