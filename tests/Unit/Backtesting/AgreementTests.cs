using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing.Symbols;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>A backtest says what others say: another program, and the live platform.</summary>
public sealed class AgreementTests
{
    [Theory]
    [InlineData("spy-daily", 162 + 182 + 258)]
    [InlineData("ibm-daily", 169 + 199 + 243)]
    public async Task Signals_AgreeWithAnotherProgram_OneByOne(string series, int count)
    {
        string[] expected = await RecomputeAsync(History.PathOf(series));

        string[] actual = [.. new[] { RsiRecross.StrategyName, EmaCross.StrategyName, EmaCrossFast.StrategyName }
            .SelectMany(name => Backtester.Run("X", History.Load(series), StrategyCatalog.Create(name, StrategySettings.Default)!, new BacktestOptions()).Signals)
            .Select(signal => string.Create(CultureInfo.InvariantCulture, $"{signal.Strategy} {signal.N} {(signal.Side == Side.Buy ? "buy" : "sell")}"))];

        actual.Should().BeEquivalentTo(expected).And.HaveCount(count);
    }

    [Theory, InlineData("spy-daily"), InlineData("aapl-minute")]
    public void Points_AreThoseOfTheLivePlatform(string series)
    {
        IReadOnlyList<PriceBar> bars = History.Load(series);
        Bar[] live = [.. bars.Select((bar, i) => new Bar(bar.End, bar.Open, bar.High, bar.Low, bar.Close, bar.Volume, "backtest", i + 1, bar.End))];

        SymbolTurn turn = SymbolState.Empty.Apply(live, 0, new SymbolSettings(new OrderingLimits(), []));

        turn.Points.Should().HaveCount(bars.Count).And.Equal(PointSeries.Of(bars));
    }

    [Fact]
    public void Json_OfAResult_HasNoInfinities()
    {
        BacktestResult result = Backtester.Run("X", History.Random(1, 30), StrategyCatalog.Create(RsiRecross.StrategyName, StrategySettings.Default)!, new BacktestOptions());

        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(result, BacktestJson.Default.BacktestResult));

        json.RootElement.GetProperty("tradeStats").GetProperty("profitFactor").ValueKind.Should().Be(JsonValueKind.Null);
        json.RootElement.GetProperty("equityCurve").GetArrayLength().Should().Be(30);
    }

    private static async Task<string[]> RecomputeAsync(string file)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "Backtesting", "python", "recompute.py"), file])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process python = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Task<string> errors = python.StandardError.ReadToEndAsync(limit.Token);
        string output = await python.StandardOutput.ReadToEndAsync(limit.Token);
        await python.WaitForExitAsync(limit.Token);
        python.ExitCode.Should().Be(0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
