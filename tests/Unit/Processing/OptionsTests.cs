using DaprTrading.Processing;

namespace DaprTrading.Tests.Unit.Processing;

public sealed class OptionsTests
{
    private readonly IndicatorOptionsValidator _validator = new();

    [Fact]
    public void Validate_KnownIndicators_AreAccepted()
    {
        var options = new IndicatorOptions { Custom = ["sma100", "EMA9", "rsi7", "atr21"] };

        _validator.Validate(null, options).Succeeded.Should().BeTrue();
        options.ToIndicators().Select(i => i.Name).Should().Equal("sma100", "ema9", "rsi7", "atr21");
    }

    [Theory]
    [InlineData("wma9", "*'wma9' is not*")]
    [InlineData("sma1", "*'sma1' is not*")]
    [InlineData("SMA20,sma20", "*'sma20' is there twice*")]
    [InlineData("sma2,sma3,sma4,sma5,sma6,sma7,sma8,sma9,sma10,sma11,sma12,sma13,sma14,sma15,sma16,sma17,sma18", "*17 entries*")]
    public void Validate_SomethingElse_IsRefusedByName(string custom, string message) =>
        _validator.Validate(null, new IndicatorOptions { Custom = custom.Split(',') }).FailureMessage.Should().Match(message);

    [Fact]
    public void ToLimits_Defaults_AreTheDocumentedOnes() =>
        new OrderingOptions().ToLimits().Should().Be(new DaprTrading.Ordering.OrderingLimits(10_000, 90_000, 64, 64));
}
