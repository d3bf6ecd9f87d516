using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

public sealed class StrategySettingsTests
{
    [Fact]
    public void Default_Strategies_AreTheThreeThatAlwaysRan()
    {
        var signals = new List<TradingSignal>();
        new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch("X", null, GoldenPoints.Load("spy-daily")), signals);

        signals.Select(s => s.Strategy).Distinct().Should().BeEquivalentTo([RsiRecross.StrategyName, EmaCross.StrategyName, MacdCross.StrategyName]);
        signals.Should().HaveCount(162 + 182 + 188);
    }

    [Fact]
    public void Set_EverythingEnabled_RunsEveryStrategyOfTheCatalog()
    {
        var settings = new StrategySettings
        {
            SmaRegime = new SmaRegimeSettings { Enabled = true }, BollingerReentry = new BollingerReentrySettings { Enabled = true },
            CompositeVote = new CompositeVoteSettings { Enabled = true }, EmaCrossFast = new EmaCrossFastSettings { Enabled = true },
        };
        var signals = new List<TradingSignal>();

        new StrategySet(settings).Evaluate(new IndicatorBatch("X", null, GoldenPoints.Load("spy-daily")), signals);

        signals.Select(s => s.Strategy).Distinct().Should().BeEquivalentTo(StrategyCatalog.Names);
        signals.Should().OnlyContain(s => s.Confidence > 0 && s.Confidence <= 1 && s.Reasons.Count >= 2);
        signals.Select(s => s.Id).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Catalog_EveryName_MakesTheStrategyOfThatName() =>
        StrategyCatalog.Names.Select(name => StrategyCatalog.Create(name, StrategySettings.Default)?.Name).Should().Equal(StrategyCatalog.Names);

    [Fact]
    public void Catalog_UnknownName_IsNull() => StrategyCatalog.Create("hodl", StrategySettings.Default).Should().BeNull();

    public static TheoryData<StrategySettings, string> Wrong => new()
    {
        { new StrategySettings { RsiRecross = new RsiRecrossSettings { Hysteresis = 21 } }, "rsiRecross.hysteresis" },
        { new StrategySettings { EmaCross = new CrossSettings { CoolDown = 101 } }, "emaCross.coolDown" },
        { new StrategySettings { CompositeVote = new CompositeVoteSettings { CoolDown = -1 } }, "compositeVote.coolDown" },
        { new StrategySettings { MacdCross = new MacdCrossSettings { MinConfidence = -0.1 } }, "macdCross.minConfidence" },
        { new StrategySettings { EmaCrossFast = new EmaCrossFastSettings { MinConfidence = 1.1 } }, "emaCrossFast.minConfidence" },
        { new StrategySettings { SmaRegime = new SmaRegimeSettings { MinConfidence = 2 } }, "smaRegime.minConfidence" },
        { new StrategySettings { BollingerReentry = new BollingerReentrySettings { MinWidth = 6 } }, "bollingerReentry.minWidth" },
        { new StrategySettings { BollingerReentry = new BollingerReentrySettings { MaxWidth = double.NaN } }, "bollingerReentry.maxWidth" },
        { new StrategySettings { CompositeVote = new CompositeVoteSettings { Threshold = 0 } }, "compositeVote.threshold" },
        { new StrategySettings { CompositeVote = new CompositeVoteSettings { Threshold = 3, VolumeWeight = 0.5, TrendWeight = 0 } }, "compositeVote.threshold" },
        { new StrategySettings { CompositeVote = new CompositeVoteSettings { MomentumWeight = 1.5 } }, "compositeVote.momentumWeight" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Validate_OutOfRange_NamesTheField(StrategySettings settings, string field) => settings.Validate().Keys.Should().Equal(field);
}
