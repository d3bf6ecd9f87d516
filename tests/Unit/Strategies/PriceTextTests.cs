using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

/// <summary>Prices in reasons have as many digits as people read.</summary>
public sealed class PriceTextTests
{
    [Theory]
    [InlineData(88.509168, "88.5092")]
    [InlineData(100.0, "100.00")]
    [InlineData(61234.5, "61234.50")]
    [InlineData(1.00001, "1.00")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(0.0000123456, "0.00001235")]
    [InlineData(0.00000000000000000001, "0.00")]
    [InlineData(0.0, "0.00")]
    public void Reasons_Prices_AreShort(double price, string expected)
    {
        IndicatorPoint before = new()
        {
            N = 1, Time = 1, Open = 1, High = 1, Low = 1, Close = 1, Volume = 1, Source = "s", IngestedAt = 0, Ema12 = price - 1, Ema26 = price - 0.5,
        };

        TradingSignal signal = new EmaCross(new CrossSettings()).Evaluate("X", before, before with { N = 2, Ema12 = price, Ema26 = price - 0.5 })!;

        signal.Reasons[0].Should().StartWith($"EMA(12) {expected} crossed above");
    }
}
