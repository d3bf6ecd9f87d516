using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using DaprTrading.Tests.Unit.Testing;

namespace DaprTrading.Tests.Unit.Signals;

/// <summary>What the service stores outlives the build that wrote it. See the README beside the samples of processing.</summary>
public sealed class StoredLogTests
{
    [Fact]
    public void Log_OfTheFirstLayout_IsRead()
    {
        var page = JsonSerializer.Deserialize<StateLogPage<TradingSignal>>(StateSample.Read("log-v1.json"), ServiceJson.Options())!;

        page.Sealed.Should().Be(2);
        page.Items.Should().BeEquivalentTo((TradingSignal[])
        [
            new("A:10:ema-cross", "A", Side.Buy, "ema-cross", 0.75, 100.5, 10, 1_700_000_000_000, ["EMA 12 rose above EMA 26."], "feed", 1_700_000_000_050),
            new("B:11:rsi-recross", "B", Side.Sell, "rsi-recross", 0.5, 20.25, 11, 1_700_000_001_000, [], "feed", 1_700_000_001_050),
        ]);
    }

    [Fact]
    public void Log_OfThisBuild_IsReadBackAsItWas()
    {
        var page = new StateLogPage<TradingSignal>(
            2, [new("A:10:ema-cross", "A", Side.Buy, "ema-cross", 0.75, 100.5, 10, 1_700_000_000_000, ["because"], "feed", 5, SettingsVersion: 4)]);

        string written = JsonSerializer.Serialize(page, ServiceJson.Options());

        written.Should().Be(StateSample.ReadCurrent("log-layout-1.json", written));
        JsonSerializer.Deserialize<StateLogPage<TradingSignal>>(written, ServiceJson.Options()).Should().BeEquivalentTo(page);
        JsonSerializer.Deserialize<StateLogPage<TradingSignal>>(StateSample.Read("log-v2.json"), ServiceJson.Options()).Should().BeEquivalentTo(page, "it had no number yet");
    }

    [Fact]
    public void Settings_AreReadAndWrittenAsTheirSample()
    {
        var any = new StrategySettings { MacdCross = new MacdCrossSettings { ZeroSide = MacdZeroSide.Any } };
        SettingsLedger ledger = SettingsLedger.StartingWith(any)
            .Change(any with { RsiRecross = new RsiRecrossSettings { Oversold = 20 } }, "ops", 1_700_000_000_000).FixUntil(1_700_000_010_000);
        JsonSerializerOptions json = ServiceJson.Options(SignalsJson.Default);

        string written = JsonSerializer.Serialize(ledger, json);

        written.Should().Be(StateSample.ReadCurrent("settings-layout-1.json", written));
        JsonSerializer.Deserialize<SettingsLedger>(written, json).Should().BeEquivalentTo(ledger);
        JsonSerializer.Deserialize<SettingsLedger>(written.Replace(",\"layout\":1", "", StringComparison.Ordinal), json).Should().BeEquivalentTo(ledger, "it had no number yet");
        Action later = () => JsonSerializer.Deserialize<SettingsLedger>(written.Replace("\"layout\":1", "\"layout\":2", StringComparison.Ordinal), json);
        later.Should().Throw<InvalidDataException>().WithMessage("The versions of the strategies' settings has layout 2*");
    }
}
