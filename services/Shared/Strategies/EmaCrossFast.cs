using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>Fast EMA cross: buy when EMA(9) comes to lie above EMA(21), sell when it comes to lie below.</summary>
/// <remarks>As <see cref="EmaCross"/>, some bars earlier and whipsawed more often.</remarks>
/// <param name="settings">Limits.</param>
public sealed class EmaCrossFast(EmaCrossFastSettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "ema-cross-fast";

    private static readonly EmaPair Averages = new(9, 21);

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => 21;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current) =>
        previous is { Ema9: { } fastBefore, Ema21: { } slowBefore } && current is { Ema9: { } fast, Ema21: { } slow }
            ? Averages.Cross(new LineStep(fastBefore - slowBefore, fast, slow), StrategyName, symbol, previous, current, settings.MinConfidence)
            : null;
}
