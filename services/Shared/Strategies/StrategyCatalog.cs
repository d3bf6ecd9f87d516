namespace DaprTrading.Strategies;

/// <summary>Every strategy by its name.</summary>
public static class StrategyCatalog
{
    /// <summary>The names, in the order in which strategies look at a step.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        RsiRecross.StrategyName, EmaCross.StrategyName, MacdCross.StrategyName,
        SmaRegime.StrategyName, BollingerReentry.StrategyName, CompositeVote.StrategyName, EmaCrossFast.StrategyName,
    ];

    /// <summary>A strategy by its name, whether it is enabled or not; null when there is none of that name.</summary>
    public static IStrategy? Create(string name, StrategySettings settings) => name switch
    {
        RsiRecross.StrategyName => new RsiRecross(settings.RsiRecross),
        EmaCross.StrategyName => new EmaCross(settings.EmaCross),
        MacdCross.StrategyName => new MacdCross(settings.MacdCross),
        SmaRegime.StrategyName => new SmaRegime(settings.SmaRegime),
        BollingerReentry.StrategyName => new BollingerReentry(settings.BollingerReentry),
        CompositeVote.StrategyName => new CompositeVote(settings.CompositeVote),
        EmaCrossFast.StrategyName => new EmaCrossFast(settings.EmaCrossFast),
        _ => null,
    };

    /// <summary>Those that are enabled, in the order of <see cref="Names"/>.</summary>
    internal static IEnumerable<IStrategy> Enabled(StrategySettings settings) =>
        from name in Names where IsEnabled(name, settings) select Create(name, settings)!;

    private static bool IsEnabled(string name, StrategySettings settings) => name switch
    {
        RsiRecross.StrategyName => settings.RsiRecross.Enabled,
        EmaCross.StrategyName => settings.EmaCross.Enabled,
        MacdCross.StrategyName => settings.MacdCross.Enabled,
        SmaRegime.StrategyName => settings.SmaRegime.Enabled,
        BollingerReentry.StrategyName => settings.BollingerReentry.Enabled,
        CompositeVote.StrategyName => settings.CompositeVote.Enabled,
        _ => settings.EmaCrossFast.Enabled,
    };
}
