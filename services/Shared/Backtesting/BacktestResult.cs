using DaprTrading.Contracts;

namespace DaprTrading.Backtesting;

/// <summary>What a strategy would have done with one series, in figures.</summary>
public record BacktestFigures
{
    /// <summary>Symbol of the series.</summary>
    public required string Symbol { get; init; }

    /// <summary>Name of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>The assumptions.</summary>
    public required BacktestOptions Options { get; init; }

    /// <summary>Closed bars that were used.</summary>
    public required int Bars { get; init; }

    /// <summary>Bars left out because they were still forming.</summary>
    public required int FormingBars { get; init; }

    /// <summary>End of the first bar, Unix milliseconds, UTC.</summary>
    public required long From { get; init; }

    /// <summary>End of the last bar, Unix milliseconds, UTC.</summary>
    public required long To { get; init; }

    /// <summary>Bars per year of these data: what Sharpe and Sortino are annualised by. About 252 for daily bars; holes of more than a week do not count.</summary>
    public required double BarsPerYear { get; init; }

    /// <summary>Number of signals.</summary>
    public required int SignalCount { get; init; }

    /// <summary>What followed the signals, per horizon.</summary>
    public required IReadOnlyList<ForwardResult> Forward { get; init; }

    /// <summary>The trades in figures.</summary>
    public required TradeStats TradeStats { get; init; }

    /// <summary>The account in figures.</summary>
    public required EquityStats Equity { get; init; }

    /// <summary>Buying at the open of the second bar, the first a signal could be filled at, and holding.</summary>
    public required EquityStats BuyAndHold { get; init; }

    /// <summary>Share of the closes at which a position was held.</summary>
    public required double Exposure { get; init; }

    /// <summary>Value of all fills by the mean equity, per year; null when the data are shorter than a day.</summary>
    public double? Turnover { get; init; }

    /// <summary>Whether a short position lost all the money.</summary>
    public required bool Ruined { get; init; }

    /// <summary>The figures alone, without the series they were made of.</summary>
    public BacktestFigures WithoutSeries() => new(this);
}

/// <summary>The figures, and the signals, trades and account they were made of.</summary>
public sealed record BacktestResult : BacktestFigures
{
    /// <summary>Every signal.</summary>
    public required IReadOnlyList<TradingSignal> Signals { get; init; }

    /// <summary>The trades by their entry.</summary>
    public required IReadOnlyList<Trade> Trades { get; init; }

    /// <summary>The account after each bar.</summary>
    public required IReadOnlyList<EquityPoint> EquityCurve { get; init; }
}
