using DaprTrading.Contracts;
using DaprTrading.Signals.History;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class SignalEndpointsTests
{
    private readonly FakeSignalLog _log = new();

    public SignalEndpointsTests()
    {
        for (int n = 1; n <= 200; n++)
        {
            _log.Signals.Add(new TradingSignal(
                $"{n}", n % 2 == 0 ? "EVEN" : "ODD", Side.Buy, n % 3 == 0 ? "rsi-recross" : "ema-cross", 0.5, 1, n, n * 1_000L, [], "s", 0));
        }
    }

    [Theory]
    [InlineData(null, null, null, null, 200, 100)]
    [InlineData(null, null, null, "3", 200, 3)]
    [InlineData("odd", null, null, "1000", 199, 100)]
    [InlineData("EVEN", "rsi-recross", null, "1000", 198, 33)]
    [InlineData(null, null, "150000", "1000", 200, 51)]
    [InlineData(null, null, "1970-01-01T00:03:00Z", "1000", 200, 21)]
    public async Task GetAsync_Filters_GiveTheNewestThatFit(
        string? symbol, string? strategy, string? since, string? limit, long newest, int count)
    {
        var result = await SignalEndpoints.GetAsync(symbol, strategy, since, limit, _log, CancellationToken.None);

        IReadOnlyList<TradingSignal> signals = result.Result.Should().BeOfType<Ok<IReadOnlyList<TradingSignal>>>().Subject.Value!;
        (signals[0].N, signals.Count).Should().Be((newest, count));
        signals.Should().BeInDescendingOrder(s => s.N);
    }

    [Theory]
    [InlineData("yesterday-ish", null, "since")]
    [InlineData(null, "0", "limit")]
    [InlineData(null, "1001", "limit")]
    [InlineData(null, "ten", "limit")]
    public async Task GetAsync_BadFilter_IsNamed(string? since, string? limit, string field)
    {
        var result = await SignalEndpoints.GetAsync(null, null, since, limit, _log, CancellationToken.None);

        result.Result.Should().BeOfType<ValidationProblem>().Subject.ProblemDetails.Errors.Keys.Should().Equal(field);
    }
}
