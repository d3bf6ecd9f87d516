namespace DaprTrading.Strategies;

/// <summary>What people can set of the strategies. What is absent, or null, is the default.</summary>
public sealed record StrategySettings
{
    // Defaults are given as parameters, not as initialisers: deserialisation of an absent property would overwrite those.

    /// <param name="rsiRecross">RSI re-cross.</param>
    /// <param name="emaCross">EMA 12/26 cross.</param>
    /// <param name="macdCross">MACD signal-line cross.</param>
    /// <param name="smaRegime">SMA 50/200 regime.</param>
    /// <param name="bollingerReentry">Bollinger re-entry.</param>
    /// <param name="compositeVote">Composite vote.</param>
    /// <param name="emaCrossFast">EMA 9/21 cross.</param>
    /// <param name="context">Market events.</param>
    public StrategySettings(
        RsiRecrossSettings? rsiRecross = null, CrossSettings? emaCross = null, MacdCrossSettings? macdCross = null,
        SmaRegimeSettings? smaRegime = null, BollingerReentrySettings? bollingerReentry = null, CompositeVoteSettings? compositeVote = null,
        EmaCrossFastSettings? emaCrossFast = null, ContextSettings? context = null)
    {
        RsiRecross = rsiRecross ?? new RsiRecrossSettings();
        EmaCross = emaCross ?? new CrossSettings();
        MacdCross = macdCross ?? new MacdCrossSettings();
        SmaRegime = smaRegime ?? new SmaRegimeSettings();
        BollingerReentry = bollingerReentry ?? new BollingerReentrySettings();
        CompositeVote = compositeVote ?? new CompositeVoteSettings();
        EmaCrossFast = emaCrossFast ?? new EmaCrossFastSettings();
        Context = context ?? new ContextSettings();
    }

    /// <summary>The defaults.</summary>
    public static StrategySettings Default { get; } = new();

    /// <summary>RSI re-cross.</summary>
    public RsiRecrossSettings RsiRecross { get; init; }

    /// <summary>EMA 12/26 cross.</summary>
    public CrossSettings EmaCross { get; init; }

    /// <summary>MACD signal-line cross.</summary>
    public MacdCrossSettings MacdCross { get; init; }

    /// <summary>SMA 50/200 regime; off by default.</summary>
    public SmaRegimeSettings SmaRegime { get; init; }

    /// <summary>Bollinger re-entry; off by default.</summary>
    public BollingerReentrySettings BollingerReentry { get; init; }

    /// <summary>Composite vote; off by default.</summary>
    public CompositeVoteSettings CompositeVote { get; init; }

    /// <summary>EMA 9/21 cross; off by default.</summary>
    public EmaCrossFastSettings EmaCrossFast { get; init; }

    /// <summary>Market events as context of signals; no part of a backtest.</summary>
    public ContextSettings Context { get; init; }

    /// <summary>What is wrong with the settings, by field name as on the wire; empty when they are valid.</summary>
    public IReadOnlyDictionary<string, string[]> Validate()
    {
        var errors = new SettingsErrors();
        RsiRecross.Check(errors);
        EmaCross.Check("emaCross", errors);
        MacdCross.Check(errors);
        SmaRegime.Check(errors);
        BollingerReentry.Check(errors);
        CompositeVote.Check(errors);
        EmaCrossFast.Check(errors);
        Context.Check(errors);
        return errors.ByField;
    }
}
