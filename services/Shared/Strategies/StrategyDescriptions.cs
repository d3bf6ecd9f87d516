namespace DaprTrading.Strategies;

/// <summary>What there is to know about every strategy before setting it.</summary>
public static class StrategyDescriptions
{
    private static readonly ParameterDescription MinConfidence = ParameterDescription.Number("minConfidence", "Least confidence", 0, 0, 1);
    private static readonly ParameterDescription Quiet = ParameterDescription.Number("coolDown", "Quiet bars before a signal", 0, 0, CoolDown.MaxBars) with { Kind = "integer" };

    /// <summary>The weight of market events.</summary>
    public static ParameterDescription ContextWeight { get; } =
        ParameterDescription.Number("weight", "Weight of market events in the confidence", 0.1, 0, 0.3);

    /// <summary>All strategies, in the order of <see cref="StrategyCatalog.Names"/>.</summary>
    /// <param name="settings">Settings in question: they decide the warm-up.</param>
    public static IReadOnlyList<StrategyDescription> Of(StrategySettings settings) =>
    [
        Describe(RsiRecross.StrategyName, "rsiRecross", "RSI re-cross", true, settings,
            ParameterDescription.Number("oversold", "Oversold mark", 30, 1, 50), ParameterDescription.Number("overbought", "Overbought mark", 70, 50, 99),
            ParameterDescription.Number("hysteresis", "Points beyond the mark that count", 0, 0, 20),
            ParameterDescription.Flag("trendFilter", "Only with the trend of SMA(200)", false)),
        Describe(EmaCross.StrategyName, "emaCross", "EMA 12/26 cross", true, settings),
        Describe(MacdCross.StrategyName, "macdCross", "MACD cross", true, settings,
            new ParameterDescription("zeroSide", "Side of zero", "choice", "\"trend\"", Choices: ["trend", "any", "reversal"])),
        Describe(SmaRegime.StrategyName, "smaRegime", "SMA 50/200 regime", false, settings,
            ParameterDescription.Flag("requireSlope", "SMA(200) must move the same way", false)),
        Describe(BollingerReentry.StrategyName, "bollingerReentry", "Bollinger re-entry", false, settings,
            ParameterDescription.Number("minWidth", "Least width of the bands, ATR", 2, 0, 20),
            ParameterDescription.Number("maxWidth", "Greatest width of the bands, ATR", 6, 0, 100)),
        Describe(CompositeVote.StrategyName, "compositeVote", "Composite vote", false, settings,
            ParameterDescription.Number("threshold", "Votes that make a signal", 3, 0, 4),
            ParameterDescription.Number("trendWeight", "Weight of the trend", 1, 0, 1), ParameterDescription.Number("momentumWeight", "Weight of the momentum", 1, 0, 1),
            ParameterDescription.Number("volatilityWeight", "Weight of the volatility", 1, 0, 1), ParameterDescription.Number("volumeWeight", "Weight of the volume", 1, 0, 1)),
        Describe(EmaCrossFast.StrategyName, "emaCrossFast", "EMA 9/21 cross", false, settings),
    ];

    private static StrategyDescription Describe(
        string name, string field, string title, bool enabled, StrategySettings settings, params ReadOnlySpan<ParameterDescription> own) =>
        new(name, field, title, StrategyCatalog.Create(name, settings)!.WarmUpBars,
            [ParameterDescription.Flag("enabled", "On", enabled), MinConfidence, Quiet, .. own]);
}
