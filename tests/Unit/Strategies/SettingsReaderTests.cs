using System.Text.Json;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

public sealed class SettingsReaderTests
{
    [Theory]
    [InlineData("""{"rsiRecros":{}}""", "rsiRecros", "is not known; there are bollingerReentry, compositeVote, context, emaCross,")]
    [InlineData("""{"rsiRecross":{"oversol":1}}""", "rsiRecross.oversol", "is not known; rsiRecross has enabled, minConfidence, coolDown, oversold,")]
    [InlineData("""{"emaCross":{"enabled":"yes"}}""", "emaCross.enabled", "must be true or false, but is \"yes\".")]
    [InlineData("""{"emaCross":{"enabled":null}}""", "emaCross.enabled", "must be true or false, but is null.")]
    [InlineData("""{"emaCross":{"coolDown":1.5}}""", "emaCross.coolDown", "must be a whole number, but is 1.5.")]
    [InlineData("""{"emaCross":{"coolDown":1e12}}""", "emaCross.coolDown", "must be a whole number, but is 1e12.")]
    [InlineData("""{"context":{"weight":"0.1"}}""", "context.weight", "must be a number, but is \"0.1\".")]
    [InlineData("""{"context":{"weight":1e999}}""", "context.weight", "must be from 0 to 0.3,")]
    [InlineData("""{"macdCross":{"zeroSide":"up"}}""", "macdCross.zeroSide", "must be one of trend, any, reversal, but is \"up\".")]
    [InlineData("""{"macdCross":{"zeroSide":0}}""", "macdCross.zeroSide", "must be one of")]
    [InlineData("""{"macdCross":[1,2]}""", "macdCross", "must be a JSON object, but is [1,2].")]
    [InlineData("7", "body", "must be a JSON object, but is 7.")]
    public void Read_WhatIsNoSetting_IsRefusedByFieldInWords(string json, string field, string words)
    {
        SettingsReading reading = Read(json);

        reading.Settings.Should().BeNull();
        reading.Errors.Should().ContainSingle().Which.Key.Should().Be(field);
        reading.Errors[field].Single().Should().StartWith(words);
    }

    [Fact]
    public void Read_SeveralMistakes_NamesAll() =>
        Read("""{"a":1,"rsiRecross":{"b":2,"oversold":"x"}}""").Errors.Keys.Should().BeEquivalentTo("a", "rsiRecross.b", "rsiRecross.oversold");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"rsiRecross":null}""")]
    [InlineData("""{"version":3,"effectiveFrom":1,"changedAt":1,"changedBy":"alice","contextWeight":{},"strategies":[],"emaCross":{"enabled":true}}""")]
    public void Read_WhatIsLeftOut_IsTheDefault(string json) => Read(json).Settings.Should().Be(StrategySettings.Default);

    [Fact]
    public void Read_NamesInAnyCase_AreTheSame() =>
        Read("""{"MacdCross":{"ZEROSIDE":"Reversal"}}""").Settings!.MacdCross.ZeroSide.Should().Be(MacdZeroSide.Reversal);

    [Fact]
    public void Read_LongNames_AreShortened() => Read($$"""{"{{new string('x', 5_000)}}":1}""").Errors.Keys.Single().Length.Should().BeLessThan(50);

    private static SettingsReading Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return SettingsReader.Read(document.RootElement);
    }
}
