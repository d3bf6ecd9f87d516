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

    private static readonly EmaPair Averages = new(12, 26);

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => 26;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current) =>
        previous is { Ema12: { } fastBefore, Ema26: { } slowBefore } && current is { Ema12: { } fast, Ema26: { } slow }
            ? Averages.Cross(new LineStep(fastBefore - slowBefore, fast, slow), StrategyName, symbol, previous, current, settings.MinConfidence)
            : null;
}
