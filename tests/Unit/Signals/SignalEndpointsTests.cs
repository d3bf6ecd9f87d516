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
    [InlineData(null, null, null, null, null, 200, 100)]
    [InlineData(null, null, null, null, "3", 200, 3)]
    [InlineData("odd", null, null, null, "1000", 199, 100)]
    [InlineData("EVEN", "rsi-recross", null, null, "1000", 198, 33)]
    [InlineData(null, null, "150000", null, "1000", 200, 51)]
    [InlineData(null, null, "1970-01-01T00:03:00Z", null, "1000", 200, 21)]
    [InlineData(null, null, null, "50000", "1000", 50, 50)]
    [InlineData(null, null, "40000", "1970-01-01T00:00:50Z", "1000", 50, 11)]
    public async Task GetAsync_Filters_GiveTheNewestThatFit(
        string? symbol, string? strategy, string? since, string? until, string? limit, long newest, int count)
    {
        var result = await SignalEndpoints.GetAsync(symbol, strategy, since, until, limit, _log, CancellationToken.None);

        IReadOnlyList<TradingSignal> signals = result.Result.Should().BeOfType<Ok<IReadOnlyList<TradingSignal>>>().Subject.Value!;
        (signals[0].N, signals.Count).Should().Be((newest, count));
        signals.Should().BeInDescendingOrder(s => s.N);
    }

    [Theory]
    [InlineData("yesterday-ish", null, null, "since")]
    [InlineData(null, "tomorrow-ish", null, "until")]
    [InlineData(null, null, "0", "limit")]
    [InlineData(null, null, "1001", "limit")]
    [InlineData(null, null, "ten", "limit")]
    public async Task GetAsync_BadFilter_IsNamed(string? since, string? until, string? limit, string field)
    {
        var result = await SignalEndpoints.GetAsync(null, null, since, until, limit, _log, CancellationToken.None);

        result.Result.Should().BeOfType<ValidationProblem>().Subject.ProblemDetails.Errors.Keys.Should().Equal(field);
    }
}
