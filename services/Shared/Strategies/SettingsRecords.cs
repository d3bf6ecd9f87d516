using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaprTrading.Strategies;

/// <summary>Settings of the RSI re-cross.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="Oversold">A rise through this RSI is a buy; 1 to 50.</param>
/// <param name="Overbought">A fall through this RSI is a sell; 50 to 99.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="TrendFilter">Only buys at or above SMA(200) and only sells below it; none while it is warming up.</param>
/// <param name="Hysteresis">Points of RSI beyond the mark at which a return counts, once until the mark is passed again; 0 to 20.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record RsiRecrossSettings(
    bool Enabled = true, double Oversold = 30, double Overbought = 70, double MinConfidence = 0, bool TrendFilter = false, double Hysteresis = 0,
    int CoolDown = 0)
{
    internal void Check(SettingsErrors errors)
    {
        errors.Range("rsiRecross.oversold", Oversold, 1, 50);
        errors.Range("rsiRecross.overbought", Overbought, 50, 99);
        errors.Common("rsiRecross", MinConfidence, CoolDown);
        errors.Range("rsiRecross.hysteresis", Hysteresis, 0, 20);
        if (Oversold >= Overbought)
            errors.Add("rsiRecross.oversold", $"must be below overbought ({Overbought}), but is {Oversold}.");
    }
}

/// <summary>Settings of a strategy that looks for a crossing of two lines.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record CrossSettings(bool Enabled = true, double MinConfidence = 0, int CoolDown = 0)
{
    internal void Check(string name, SettingsErrors errors) => errors.Common(name, MinConfidence, CoolDown);
}

/// <summary>Settings of the fast EMA cross.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record EmaCrossFastSettings(bool Enabled = false, double MinConfidence = 0, int CoolDown = 0)
{
    internal void Check(SettingsErrors errors) => errors.Common("emaCrossFast", MinConfidence, CoolDown);
}

/// <summary>How much market events count. They move the confidence of signals and decide none of them.</summary>
/// <param name="Weight">Most that they may add to a confidence or take from it; 0 to 0.3, 0 leaves them out.</param>
public sealed record ContextSettings(double Weight = 0.1)
{
    internal void Check(SettingsErrors errors) => errors.Range("context.weight", Weight, 0, 0.3);
}

/// <summary>Which crossings of the MACD count, by the side of zero its line is on. On the wire <c>any</c>, <c>trend</c> or <c>reversal</c>.</summary>
[JsonConverter(typeof(MacdZeroSideConverter))]
public enum MacdZeroSide
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>Buys above zero, sells below: with the trend.</summary>
    Trend,

    /// <summary>Buys below zero, sells above: against the trend, earlier.</summary>
    Reversal,
}

/// <summary>Writes <see cref="MacdZeroSide"/> in lower case.</summary>
public sealed class MacdZeroSideConverter() : JsonStringEnumConverter<MacdZeroSide>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>Settings of the MACD cross.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="ZeroSide">On which side of zero the MACD line has to be.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record MacdCrossSettings(
    bool Enabled = true, double MinConfidence = 0, MacdZeroSide ZeroSide = MacdZeroSide.Trend, int CoolDown = 0)
{
    internal void Check(SettingsErrors errors) => errors.Common("macdCross", MinConfidence, CoolDown);
}

/// <summary>Settings of the SMA regime.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="RequireSlope">Only crossings while SMA(200) itself moves the way of the signal.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record SmaRegimeSettings(bool Enabled = false, double MinConfidence = 0, bool RequireSlope = false, int CoolDown = 0)
{
    internal void Check(SettingsErrors errors) => errors.Common("smaRegime", MinConfidence, CoolDown);
}

/// <summary>Settings of the Bollinger re-entry.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="MinWidth">Least distance between the bands, in ATR(14); 0 to 20. One daily bar in twenty has less than 2.</param>
/// <param name="MaxWidth">Greatest distance between the bands, in ATR(14); above the least, up to 100. One daily bar in seven has more than 6.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record BollingerReentrySettings(
    bool Enabled = false, double MinConfidence = 0, double MinWidth = 2, double MaxWidth = 6, int CoolDown = 0)
{
    internal void Check(SettingsErrors errors)
    {
        errors.Common("bollingerReentry", MinConfidence, CoolDown);
        errors.Range("bollingerReentry.minWidth", MinWidth, 0, 20);
        errors.Range("bollingerReentry.maxWidth", MaxWidth, 0, 100);
        if (MinWidth >= MaxWidth)
            errors.Add("bollingerReentry.minWidth", $"must be below maxWidth ({MaxWidth}), but is {MinWidth}.");
    }
}

/// <summary>Settings of the composite vote.</summary>
/// <param name="Enabled">Whether the strategy runs.</param>
/// <param name="MinConfidence">Signals below this confidence are not given; 0 to 1.</param>
/// <param name="Threshold">Sum of the votes that makes a signal; above zero, not above the sum of the weights.</param>
/// <param name="TrendWeight">Weight of the trend's vote; 0 to 1.</param>
/// <param name="MomentumWeight">Weight of the momentum's vote; 0 to 1.</param>
/// <param name="VolatilityWeight">Weight of the volatility's vote; 0 to 1.</param>
/// <param name="VolumeWeight">Weight of the volume's vote; 0 to 1.</param>
/// <param name="CoolDown">Bars without an event of the same side that must lie before a signal; 0 to 100, 0 for none.</param>
public sealed record CompositeVoteSettings(
    bool Enabled = false, double MinConfidence = 0, double Threshold = 3, double TrendWeight = 1, double MomentumWeight = 1,
    double VolatilityWeight = 1, double VolumeWeight = 1, int CoolDown = 0)
{
    internal double AllWeight => TrendWeight + MomentumWeight + VolatilityWeight + VolumeWeight;

    internal void Check(SettingsErrors errors)
    {
        errors.Common("compositeVote", MinConfidence, CoolDown);
        errors.Range("compositeVote.trendWeight", TrendWeight, 0, 1);
        errors.Range("compositeVote.momentumWeight", MomentumWeight, 0, 1);
        errors.Range("compositeVote.volatilityWeight", VolatilityWeight, 0, 1);
        errors.Range("compositeVote.volumeWeight", VolumeWeight, 0, 1);
        if (!(Threshold > 0 && Threshold <= AllWeight) && double.IsFinite(AllWeight))
            errors.Add("compositeVote.threshold", $"must be above 0 and not above the sum of the weights ({AllWeight}), but is {Threshold}.");
    }
}
