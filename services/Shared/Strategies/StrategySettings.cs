namespace DaprTrading.Strategies;

/// <summary>What people can set of the strategies.</summary>
public sealed record StrategySettings
{
    /// <summary>The defaults.</summary>
    public static StrategySettings Default { get; } = new();

    /// <summary>RSI re-cross.</summary>
    public RsiRecrossSettings RsiRecross { get; init; } = new();

    /// <summary>EMA 12/26 cross.</summary>
    public CrossSettings EmaCross { get; init; } = new();

    /// <summary>MACD signal-line cross.</summary>
    public CrossSettings MacdCross { get; init; } = new();

    /// <summary>What is wrong with the settings, by field name as on the wire; empty when they are valid.</summary>
    public IReadOnlyDictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>();
        if (RsiRecross is null || EmaCross is null || MacdCross is null)
        {
            errors["strategies"] = ["rsiRecross, emaCross and macdCross must be objects or absent, not null."];
            return errors;
        }

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
public sealed record RsiRecrossSettings
{
    /// <summary>Whether the strategy runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>A rise through this RSI is a buy; 1 to 50.</summary>
    public double Oversold { get; init; } = 30;

    /// <summary>A fall through this RSI is a sell; 50 to 99.</summary>
    public double Overbought { get; init; } = 70;

    /// <summary>Signals below this confidence are not given; 0 to 1.</summary>
    public double MinConfidence { get; init; }
}

/// <summary>Settings of a strategy that looks for a crossing of two lines.</summary>
public sealed record CrossSettings
{
    /// <summary>Whether the strategy runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Signals below this confidence are not given; 0 to 1.</summary>
    public double MinConfidence { get; init; }
}
