using Dapr;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class SettingsTests : IDisposable
{
    private static readonly StrategySettings Other = new() { RsiRecross = new RsiRecrossSettings { Oversold = 20, Overbought = 80 } };

    private readonly FakeSettingsStore _store = new();
    private readonly CurrentStrategies _strategies = new();
    private readonly SettingsRefresher _refresher;

    public SettingsTests() =>
        _refresher = new SettingsRefresher(_store, _strategies, TimeProvider.System, NullLogger<SettingsRefresher>.Instance);

    public void Dispose() => _refresher.Dispose();

    [Fact]
    public async Task Put_ValidSettings_AreStoredAndInForceAtOnce()
    {
        var result = await StrategyEndpoints.PutAsync(Other, _store, _strategies, CancellationToken.None);

        result.Result.Should().BeOfType<Ok<StrategySettings>>();
        _store.Stored.Should().Be(Other);
        _strategies.Set!.Settings.Should().Be(Other);
    }

    [Fact]
    public async Task Put_InvalidSettings_AreRefusedByFieldAndNotStored()
    {
        var invalid = new StrategySettings { EmaCross = new CrossSettings { MinConfidence = 2 } };

        var result = await StrategyEndpoints.PutAsync(invalid, _store, _strategies, CancellationToken.None);

        result.Result.Should().BeOfType<ValidationProblem>().Subject.ProblemDetails.Errors.Keys.Should().Equal("emaCross.minConfidence");
        _store.Stored.Should().BeNull();
    }

    [Fact]
    public async Task Get_NeverSet_GivesTheDefaults() =>
        (await StrategyEndpoints.GetAsync(_store, CancellationToken.None)).Value.Should().Be(StrategySettings.Default);

    [Fact]
    public async Task Refresh_SettingsChangedElsewhere_ComeIntoForce()
    {
        await _refresher.RefreshAsync(CancellationToken.None);
        StrategySet first = _strategies.Set!;
        _store.Stored = Other;

        await _refresher.RefreshAsync(CancellationToken.None);

        first.Settings.Should().Be(StrategySettings.Default);
        _strategies.Set!.Settings.Should().Be(Other);
    }

    [Fact]
    public async Task Refresh_NothingChanged_KeepsTheStrategies()
    {
        await _refresher.RefreshAsync(CancellationToken.None);
        StrategySet first = _strategies.Set!;

        await _refresher.RefreshAsync(CancellationToken.None);

        _strategies.Set.Should().BeSameAs(first);
    }

    [Fact]
    public async Task Refresh_StoreAwayOrSettingsInvalid_KeepsWhatIsInForce()
    {
        _strategies.Use(Other);
        _store.Failure = new DaprException("away");
        await _refresher.RefreshAsync(CancellationToken.None);
        _store.Failure = null;
        _store.Stored = new StrategySettings { RsiRecross = new RsiRecrossSettings { Oversold = -1 } };
        await _refresher.RefreshAsync(CancellationToken.None);

        _strategies.Set!.Settings.Should().Be(Other);
    }
}
