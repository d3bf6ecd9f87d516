using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Integration.Swap;

/// <summary>What follows from the points of one symbol, computed here over all of them at once.</summary>
internal static class Batch
{
    private const long Day = 86_400_000;

    /// <summary>Signals by id.</summary>
    public static List<TradingSignal> Signals(string symbol, IReadOnlyList<IndicatorPoint> points)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch(symbol, null, points), signals);
        return [.. signals.OrderBy(signal => signal.Id, StringComparer.Ordinal)];
    }

    /// <summary>Candles of one length, ascending.</summary>
    public static List<Candle> Candles(IReadOnlyList<IndicatorPoint> points, long lengthMs) =>
    [
        .. points.GroupBy(point => point.Time / lengthMs).OrderBy(group => group.Key).Select(group => new Candle(
            group.Key * lengthMs, group.First().Open, group.Max(point => point.High), group.Min(point => point.Low), group.Last().Close,
            group.Sum(point => point.Volume), group.First().N, group.Last().N)),
    ];

    /// <summary>Compares a summary with the whole series.</summary>
    public static void ShouldSummarise(this SymbolSummary summary, IReadOnlyList<IndicatorPoint> points, IReadOnlyList<TradingSignal> signals)
    {
        IndicatorPoint last = points[^1];
        IndicatorPoint[] day = [.. points.Where(point => point.Time / Day == last.Time / Day)];
        double reference = points.LastOrDefault(point => point.Time / Day < last.Time / Day)?.Close ?? day[0].Open;
        double peak = 0, drawdown = 0;
        foreach (IndicatorPoint point in points)
        {
            peak = Math.Max(peak, point.Close);
            drawdown = Math.Max(drawdown, (peak - point.Close) / peak);
        }

        (summary.N, summary.Time, summary.Last, summary.Rsi14, summary.Vwap, summary.Source).Should().Be((last.N, last.Time, last.Close, last.Rsi14, last.Vwap, last.Source));
        (summary.DayOpen, summary.DayHigh, summary.DayLow, summary.Volume).Should().Be(
            (day[0].Open, day.Max(point => point.High), day.Min(point => point.Low), day.Sum(point => point.Volume)));
        summary.Change.Should().BeApproximately(last.Close - reference, 1e-9);
        summary.ChangePercent.Should().BeApproximately(100 * (last.Close - reference) / reference, 1e-9);
        summary.MaxDrawdown.Should().BeApproximately(drawdown, 1e-12);
        summary.Sparkline.Should().Equal(points.TakeLast(32).Select(point => point.Close));
        summary.BuySignals.Should().Be(signals.Count(signal => signal.Side == Side.Buy));
        summary.SellSignals.Should().Be(signals.Count(signal => signal.Side == Side.Sell));
        summary.LastSignal?.N.Should().Be(signals.Max(signal => signal.N));
    }
}
