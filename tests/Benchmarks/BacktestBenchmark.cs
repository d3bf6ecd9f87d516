using System.CommandLine;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Benchmarks;

/// <summary>How long a backtest of a whole market takes: ten years of daily bars of 500 symbols, every strategy, one core.</summary>
internal static class BacktestBenchmark
{
    private const string Scenario = "backtest";
    private const int Symbols = 500, Bars = 2_520;
    private const long DayMs = 24 * 60 * 60 * 1000;
    private const double BoundSeconds = 10;

    /// <summary>The command <c>bench backtest</c>.</summary>
    public static Command Create()
    {
        var command = new Command(Scenario, "Measures backtests only: ten years of daily bars of 500 symbols.");
        command.SetAction(_ =>
        {
            IReadOnlyList<Measurement> results = Run();
            Report.Print(results);
            return results.Any(result => result.Met == false) ? 1 : 0;
        });
        return command;
    }

    private static List<Measurement> Run()
    {
        IReadOnlyList<PriceBar>[] history = [.. Enumerable.Range(1, Symbols).Select(Generate)];
        IStrategy[] strategies = [.. StrategyCatalog.Names.Select(name => StrategyCatalog.Create(name, StrategySettings.Default)!)];
        Test(history[0], strategies);

        long begun = TimeProvider.System.GetTimestamp(), signals = 0;
        foreach (IReadOnlyList<PriceBar> bars in history)
            signals += Test(bars, strategies);
        double all = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;

        begun = TimeProvider.System.GetTimestamp();
        foreach (IReadOnlyList<PriceBar> bars in history)
            Test(bars, strategies.AsSpan(0, 1));
        double one = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        return
        [
            Measurement.AtMost(Scenario, $"one strategy, {Symbols} symbols, {Bars} bars each", one, "s", BoundSeconds),
            Measurement.AtMost(Scenario, $"{strategies.Length} strategies, {Symbols} symbols, {Bars} bars each", all, "s", BoundSeconds),
            Measurement.Of(Scenario, "steps evaluated per second", (double)Symbols * Bars * strategies.Length / all, "1/s"),
            Measurement.AtLeast(Scenario, "signals", signals, "", 1),
        ];
    }

    private static long Test(IReadOnlyList<PriceBar> bars, ReadOnlySpan<IStrategy> strategies)
    {
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(bars);
        var options = new BacktestOptions { CommissionBps = 1, SlippageBps = 2, AllowShort = true };
        long signals = 0;
        foreach (IStrategy strategy in strategies)
            signals += Backtester.Run("BENCH", bars, points, strategy, options).Signals.Count;
        return signals;
    }

    private static IReadOnlyList<PriceBar> Generate(int seed)
    {
        var random = new Random(seed);
        var bars = new PriceBar[Bars];
        double close = 100;
        for (int i = 0; i < bars.Length; i++)
        {
            double open = close * (1 + 0.004 * (random.NextDouble() - 0.5));
            close = open * (1 + 0.04 * (random.NextDouble() - 0.49));
            double reach = open * 0.01 * random.NextDouble();
            bars[i] = new PriceBar((i + 1) * DayMs, open, Math.Max(open, close) + reach, Math.Min(open, close) - reach, close, 1_000_000);
        }

        return bars;
    }
}
