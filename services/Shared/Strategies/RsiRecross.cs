using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>RSI re-cross: buy when RSI(14) rises back through the oversold mark, sell when it falls back through the overbought mark.</summary>
/// <remarks>
/// Confidence: 0.3, up to 0.4 for the size of the step (10 points of RSI or more are full strength), up to 0.3 for the long trend
/// (close against SMA 200). In a long fall the RSI can cross back and forth: that is what the trend part of the
/// confidence, the trend filter and the hysteresis are for. With hysteresis the RSI has to come so many points beyond the mark, however many bars it takes up
/// to <see cref="LookBack.MaxArmingBars"/>, and then to go back beyond the mark before it can do so again.
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
    public int ArmingBars => settings.Hysteresis > 0 ? LookBack.MaxArmingBars : 0;

    private double BuyAt => settings.Oversold + settings.Hysteresis;

    private double SellAt => settings.Overbought - settings.Hysteresis;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (previous.Rsi14 is not { } before || current.Rsi14 is not { } after || Trend.StandsStill(previous, current))
            return null;
        if (before < BuyAt && after >= BuyAt)
            return Signal(symbol, Side.Buy, before, after, current);
        if (before > SellAt && after <= SellAt)
            return Signal(symbol, Side.Sell, before, after, current);
        return null;
    }

    /// <summary>Whether the RSI was beyond the mark since it last was where it has come now.</summary>
    public bool IsArmed(Side side, IReadOnlyList<IndicatorPoint> points, int at)
    {
        long first = points[at].N - Math.Max(1, ArmingBars);
        for (int i = at - 1; i >= 0 && points[i].N >= first && points[i].N == points[i + 1].N - 1; i--)
        {
            if (points[i].Rsi14 is not { } rsi)
                return false;
            if (side == Side.Buy ? rsi < settings.Oversold : rsi > settings.Overbought)
                return true;
            if (side == Side.Buy ? rsi >= BuyAt : rsi <= SellAt)
                return false;
        }

        return false;
    }

    private TradingSignal? Signal(string symbol, Side side, double before, double after, IndicatorPoint current)
    {
        if (settings.TrendFilter && Trend.Agrees(side, current) != true)
            return null;
        double confidence = Trend.Confidence(Math.Abs(after - before) / FullStep, side, current);
        if (confidence < settings.MinConfidence)
            return null;

        return Signals.Of(Name, symbol, side, confidence, current, [Step(side, before, after), Trend.Reason(side, current)]);
    }

    private string Step(Side side, double before, double after)
    {
        (string verb, string place, double mark, double at) =
            side == Side.Buy ? ("rose", "below", settings.Oversold, BuyAt) : ("fell", "above", settings.Overbought, SellAt);
        bool isWhole = side == Side.Buy ? before < mark : before > mark;
        string values = $"from {Trend.OneDigit(before)} to {Trend.OneDigit(after)}";
        return isWhole ? $"RSI(14) {verb} through {Trend.Short(mark)} {values}" : $"RSI(14) {verb} through {Trend.Short(at)} {values}, having been {place} {Trend.Short(mark)}";
    }
}
