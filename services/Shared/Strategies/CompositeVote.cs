using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>
/// Composite vote: four families of indicators have one vote each; buy when the weighted sum of the votes rises to the threshold, sell when it
/// falls to its negative.
/// </summary>
/// <remarks>
/// Indicators of one family are made of the same prices: two of them agreeing says little more than one, so a family votes once.
/// <list type="bullet">
/// <item>trend: EMA(12) against EMA(26), more than 0.1 ATR(14) apart;</item>
/// <item>momentum: RSI(14) from 55 up, or 45 down;</item>
/// <item>volatility: close more than one deviation above or below the middle Bollinger band;</item>
/// <item>volume: the direction of a bar, close against open, on which more was traded than on the mean of 20 bars; a move on little volume has no vote.</item>
/// </list>
/// Confidence: the share of all weight that stands behind the signal; 1 means all families agree.
/// </remarks>
/// <param name="settings">Weights and threshold.</param>
public sealed class CompositeVote(CompositeVoteSettings settings) : IStrategy
{
    /// <summary>Name of the strategy.</summary>
    public const string StrategyName = "composite-vote";

    private const double DeadBand = 0.1, Bullish = 55, Bearish = 45;

    private readonly double _allWeight = settings.AllWeight;

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public int WarmUpBars => 26;

    /// <inheritdoc/>
    public int CoolDownBars => settings.CoolDown;

    /// <inheritdoc/>
    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        if (Votes.Of(previous) is not { } votesBefore || Votes.Of(current) is not { } votes || Trend.StandsStill(previous, current))
            return null;

        double before = votesBefore.Sum(settings), after = votes.Sum(settings);
        Side? side = before < settings.Threshold && after >= settings.Threshold ? Side.Buy
            : before > -settings.Threshold && after <= -settings.Threshold ? Side.Sell
            : null;
        double confidence = Math.Round(Math.Abs(after) / _allWeight, 4);
        if (side is null || confidence < settings.MinConfidence)
            return null;

        return Signals.Of(Name, symbol, side.Value, confidence, current,
        [
            $"votes {Signed(after)} of {Trend.Short(_allWeight)}, after {Signed(before)}; the threshold is {Trend.Short(settings.Threshold)}",
            $"trend {Word(votes.TrendVote)}: EMA(12) {Trend.Price(current.Ema12!.Value)}, EMA(26) {Trend.Price(current.Ema26!.Value)}",
            $"momentum {Word(votes.Momentum)}: RSI(14) {Trend.OneDigit(current.Rsi14!.Value)}",
            $"volatility {Word(votes.Volatility)}: close {Trend.Price(current.Close)}, middle band {Trend.Price(current.BbMiddle!.Value)}",
            $"volume {Word(votes.Volume)}: {Trend.Short(current.Volume)} traded, on the mean of 20 bars {Trend.Short(current.VolumeSma20!.Value)}; open {Trend.Price(current.Open)}",
        ]);
    }

    private static string Signed(double value) => value > 0 ? "+" + Trend.Short(value) : Trend.Short(value);

    private static string Word(int vote) => vote switch { > 0 => "for a rise", < 0 => "for a fall", _ => "abstains" };

    /// <summary>What each family says of one point: 1 up, −1 down, 0 neither.</summary>
    private readonly record struct Votes(int TrendVote, int Momentum, int Volatility, int Volume)
    {
        /// <summary>Null while an indicator is warming up.</summary>
        public static Votes? Of(IndicatorPoint point) =>
            point is { Ema12: { } fast, Ema26: { } slow, Rsi14: { } rsi, BbUpper: { } upper, BbMiddle: { } middle, VolumeSma20: { } volume, Atr14: { } range }
                ? new Votes(
                    Sign(fast - slow, DeadBand * range), rsi >= Bullish ? 1 : rsi <= Bearish ? -1 : 0,
                    Sign(point.Close - middle, (upper - middle) / 2), point.Volume > volume ? Math.Sign(point.Close - point.Open) : 0)
                : null;

        public double Sum(CompositeVoteSettings weights) =>
            TrendVote * weights.TrendWeight + Momentum * weights.MomentumWeight + Volatility * weights.VolatilityWeight + Volume * weights.VolumeWeight;

        private static int Sign(double distance, double deadBand) => distance > deadBand ? 1 : distance < -deadBand ? -1 : 0;
    }
}
