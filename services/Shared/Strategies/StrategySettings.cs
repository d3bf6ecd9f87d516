namespace DaprTrading.Strategies;

/// <summary>What people can set of the strategies. What is absent, or null, is the default.</summary>
public sealed record StrategySettings
{
    // Defaults are given as parameters, not as initialisers: deserialisation of an absent property would overwrite those.

    /// <param name="rsiRecross">RSI re-cross.</param>
    /// <param name="emaCross">EMA 12/26 cross.</param>
    /// <param name="macdCross">MACD signal-line cross.</param>
    public StrategySettings(RsiRecrossSettings? rsiRecross = null, CrossSettings? emaCross = null, CrossSettings? macdCross = null)
    {
        RsiRecross = rsiRecross ?? new RsiRecrossSettings();
        EmaCross = emaCross ?? new CrossSettings();
        MacdCross = macdCross ?? new CrossSettings();
    }

    /// <summary>The defaults.</summary>
    public static StrategySettings Default { get; } = new();

    /// <summary>RSI re-cross.</summary>
    public RsiRecrossSettings RsiRecross { get; init; }

    /// <summary>EMA 12/26 cross.</summary>
    public CrossSettings EmaCross { get; init; }

    /// <summary>MACD signal-line cross.</summary>
    public CrossSettings MacdCross { get; init; }

    /// <summary>What is wrong with the settings, by field name as on the wire; empty when they are valid.</summary>
    public IReadOnlyDictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>();
        Check(RsiRecross.Oversold is >= 1 and <= 50, "rsiRecross.oversold", $"must be from 1 to 50, but is {RsiRecross.Oversold}.");
        Check(RsiRecross.Overbought is >= 50 and <= 99, "rsiRecross.overbought", $"must be from 50 to 99, but is {RsiRecross.Overbought}.");
        Check(IsShare(RsiRecross.MinConfidence), "rsiRecross.minConfidence", $"must be from 0 to 1, but is {RsiRecross.MinConfidence}.");
        Check(IsShare(EmaCross.MinConfidence), "emaCross.minConfidence", $"must be from 0 to 1, but is {EmaCross.MinConfidence}.");
        Check(IsShare(MacdCross.MinConfidence), "macdCross.minConfidence", $"must be from 0 to 1, but is {MacdCross.MinConfidence}.");
        if (RsiRecross.Oversold >= RsiRecross.Overbought)
            errors["rsiRecross.oversold"] = [$"must be below overbought ({RsiRecross.Overbought}), but is {RsiRecross.Oversold}."];
        return errors;

        void Check(bool valid, string field, string message)
        {
            if (!valid)
                errors[field] = [message];
        }
    }

    private static bool IsShare(double value) => value is >= 0 and <= 1;
}

/// <summary>Settings of the RSI re-cross.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="Oversold">A rise through this RSI is a buy; 1 to 50.</param>
/// <param name="Overbought">A fall through this RSI is a sell; 50 to 99.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
public sealed record RsiRecrossSettings(bool Enabled = true, double Oversold = 30, double Overbought = 70, double MinConfidence = 0);

/// <summary>Settings of a strategy that looks for a crossing of two lines.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
public sealed record CrossSettings(bool Enabled = true, double MinConfidence = 0);
