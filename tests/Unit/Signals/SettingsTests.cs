using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class SettingsTests
{
    private static readonly StrategySettings Other = new() { RsiRecross = new RsiRecrossSettings { Oversold = 20, Overbought = 80 } };
    private static readonly StrategySettings Third = Other with { SmaRegime = new SmaRegimeSettings { Enabled = true } };

    private readonly FakeSettingsStore _store = new();
    private readonly HandClock _clock = new();

    [Fact]
    public async Task Put_ValidSettings_AreTheNextVersionWithWhoAndWhat()
    {
        StrategyDocument answer = Accepted(await PutAsync(Other, by: " alice "));

        (answer.Version, answer.EffectiveFrom, answer.ChangedAt, answer.ChangedBy).Should().Be((2, 1_000_000, 1_000_000, "alice"));
        SettingsVersion stored = _store.Stored!.Versions[^1];
        stored.Settings.Should().Be(Other);
        stored.Changes.Should().Equal(new SettingChange("rsiRecross.oversold", "30", "20"), new SettingChange("rsiRecross.overbought", "70", "80"));
    }

    [Fact]
    public async Task Put_InvalidSettings_AreRefusedByFieldAndNotStored()
    {
        var invalid = new StrategySettings { EmaCross = new CrossSettings { MinConfidence = 2 } };

        (await PutAsync(invalid)).Should().BeOfType<ValidationProblem>().Subject.ProblemDetails.Errors.Keys.Should().Equal("emaCross.minConfidence");

        _store.Stored.Should().BeNull();
    }

    [Theory, InlineData("\"1\"", true), InlineData("1", true), InlineData("*", true), InlineData(null, true), InlineData("\"2\"", false)]
    public async Task Put_OfAVersion_ChangesOnlyThatVersion(string? ifMatch, bool accepted)
    {
        IResult result = await PutAsync(Other, ifMatch);

        if (accepted)
            Accepted(result).Version.Should().Be(2);
        else
            result.Should().BeOfType<ProblemHttpResult>().Which.StatusCode.Should().Be(409);
    }

    [Fact]
    public async Task Put_AVersionThatIsNoNumber_IsRefused() =>
        (await PutAsync(Other, "new")).Should().BeOfType<ProblemHttpResult>().Which.StatusCode.Should().Be(400);

    [Fact]
    public async Task Put_TwoOfTheSameVersion_OnlyOneWins()
    {
        Accepted(await PutAsync(Other, "1"));

        (await PutAsync(Third, "1")).Should().BeOfType<ProblemHttpResult>().Which.StatusCode.Should().Be(409);
        Accepted(await PutAsync(Other, "1")).Version.Should().Be(2, "a repeat of what was accepted changes nothing");
        Accepted(await PutAsync(Third, "2")).Version.Should().Be(3);
    }

    [Fact]
    public async Task Put_WhileBarsAreEvaluated_BeginsAfterWhatIsFixed()
    {
        (SettingsLedger ledger, string etag) = await _store.LoadAsync(CancellationToken.None);
        await _store.TrySaveAsync(ledger.FixUntil(1_007_000), etag, CancellationToken.None);

        Accepted(await PutAsync(Other)).EffectiveFrom.Should().Be(1_007_001);
        Accepted(await PutAsync(Third)).EffectiveFrom.Should().Be(1_007_002, "versions begin one after the other");
    }

    [Fact]
    public async Task Put_MoreThanAreKept_ForgetsTheOldest()
    {
        for (int i = 0; i < 150; i++)
            Accepted(await PutAsync(i % 2 == 0 ? Other : Third)).Version.Should().Be(i + 2);

        _store.Stored!.Versions.Should().HaveCount(SettingsLedger.MaxVersions);
        new StrategyTimeline(_store.Stored).At(0).Version.Should().Be(_store.Stored.Versions[0].Version, "the oldest stands for those before it");
    }

    [Fact]
    public async Task Get_NeverSet_GivesTheDefaultsAndWhatThereIsToKnow()
    {
        var http = new DefaultHttpContext();

        StrategyDocument document = (await StrategyEndpoints.GetAsync(http, _store, CancellationToken.None)).Value!;

        http.Response.Headers.ETag.ToString().Should().Be("\"1\"");
        (document.Version, document.EffectiveFrom, document.ChangedBy).Should().Be((1, 0, null));
        document.RsiRecross.Should().Be(new RsiRecrossSettings());
        document.Strategies.Select(strategy => (strategy.Name, strategy.WarmUpBars)).Should().Contain([("rsi-recross", 15), ("sma-regime", 200)]);
    }

    [Fact]
    public async Task Get_SettingsOfBeforeThereWereVersions_AreVersion1()
    {
        var store = new FakeSettingsStore { Before = Other };

        (await StrategyEndpoints.GetAsync(new DefaultHttpContext(), store, CancellationToken.None)).Value!.Should()
            .Match<StrategyDocument>(document => document.Version == 1 && document.RsiRecross.Oversold == 20);
    }

    [Fact]
    public async Task History_IsNewestFirstAndAsLongAsAskedFor()
    {
        await PutAsync(Other);
        await PutAsync(Third, by: "bob");

        var result = await StrategyEndpoints.HistoryAsync("2", _store, CancellationToken.None);

        result.Result.Should().BeOfType<Ok<IReadOnlyList<SettingsVersion>>>().Which.Value!.Select(v => (v.Version, v.ChangedBy)).Should().Equal((3, "bob"), (2, null));
        (await StrategyEndpoints.HistoryAsync("0", _store, CancellationToken.None)).Result.Should().BeOfType<ValidationProblem>();
    }

    private static StrategyDocument Accepted(IResult result) => result.Should().BeOfType<Ok<StrategyDocument>>().Which.Value!;

    private async Task<IResult> PutAsync(StrategySettings settings, string? ifMatch = null, string? by = null) =>
        (await StrategyEndpoints.PutAsync(settings, ifMatch, by, new DefaultHttpContext(), _store, _clock, CancellationToken.None)).Result;
}
