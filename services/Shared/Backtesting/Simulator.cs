using DaprTrading.Contracts;

namespace DaprTrading.Backtesting;

/// <summary>Trades the signals: all the money in each position, every fill at the open of the bar after the signal.</summary>
/// <param name="bars">The bars that are traded.</param>
/// <param name="before">How many bars of the series come before them.</param>
/// <param name="options">Valid options.</param>
internal sealed class Simulator(IReadOnlyList<PriceBar> bars, int before, BacktestOptions options)
{
    private readonly Costs _costs = Costs.Of(options);
    private readonly List<Trade> _trades = [];
    private readonly EquityPoint[] _equity = new EquityPoint[bars.Count];
    private double _cash = options.Capital, _units, _traded;
    private (Side Side, long SignalN, int EntryBar, double EntryPrice)? _open;
    private bool _ruined;

    /// <param name="Trades">By their entry; the last one may be open.</param>
    /// <param name="Equity">One point per bar.</param>
    /// <param name="Traded">Value of all fills, in the quote currency.</param>
    /// <param name="Ruined">Whether a short position lost all the money.</param>
    public sealed record Outcome(IReadOnlyList<Trade> Trades, IReadOnlyList<EquityPoint> Equity, double Traded, bool Ruined);

    /// <summary>Runs over all bars.</summary>
    /// <param name="signals">By bar, at most one each.</param>
    public Outcome Run(IReadOnlyList<TradingSignal> signals)
    {
        int next = 0;
        for (int bar = 0; bar < bars.Count; bar++)
        {
            // N counts from 1: the signal of the bar before has N equal to this bar's index in the whole series.
            if (next < signals.Count && signals[next].N == bar + before)
                Act(signals[next++], bar);
            Mark(bar);
        }

        if (_open is { } open)
            _trades.Add(TradeOf(open, null, bars[^1].Close, ReturnAt(open, bars[^1].Close)));
        return new Outcome(_trades, _equity, _traded, _ruined);
    }

    private void Act(TradingSignal signal, int bar)
    {
        if (_ruined || _open?.Side == signal.Side)
            return;
        if (_open is { } open)
            Leave(open, bar);
        if (_cash > 0 && (signal.Side == Side.Buy || options.AllowShort))
            Enter(signal, bar);
    }

    private void Enter(TradingSignal signal, int bar)
    {
        double price = _costs.Fill(signal.Side, bars[bar].Open);
        double size = _cash / (price * (1 + _costs.Commission));
        double value = size * price;
        _units = signal.Side == Side.Buy ? size : -size;
        _cash += (signal.Side == Side.Buy ? -value : value) - value * _costs.Commission;
        _traded += value;
        _open = (signal.Side, signal.N, bar, price);
    }

    private void Leave((Side Side, long SignalN, int EntryBar, double EntryPrice) open, int bar)
    {
        double price = _costs.Fill(open.Side == Side.Buy ? Side.Sell : Side.Buy, bars[bar].Open);
        double value = Math.Abs(_units) * price;
        _cash += (_units > 0 ? value : -value) - value * _costs.Commission;
        _traded += value;
        _units = 0;
        _open = null;
        _trades.Add(TradeOf(open, bar, price, _costs.RoundTrip(open.Side, bars[open.EntryBar].Open, bars[bar].Open)));
    }

    private void Mark(int bar)
    {
        double equity = _cash + _units * bars[bar].Close;
        if (equity <= 0 && !_ruined)
        {
            // Nothing is left to hold the position with: it ends here, and so does the test.
            if (_open is { } open)
                _trades.Add(TradeOf(open, bar, bars[bar].Close, ReturnAt(open, bars[bar].Close)));
            (_ruined, _open, _units, _cash) = (true, null, 0, 0);
            equity = 0;
        }

        _equity[bar] = new EquityPoint(bars[bar].End, equity, Math.Sign(_units), 0);
    }

    private Trade TradeOf((Side Side, long SignalN, int EntryBar, double EntryPrice) open, int? exitBar, double exitPrice, double result)
    {
        return new Trade(
            open.Side, open.SignalN, open.EntryBar + before + 1, bars[open.EntryBar].End, open.EntryPrice, exitBar + before + 1, exitBar is { } at ? bars[at].End : null,
            exitPrice, result, (exitBar ?? bars.Count) - open.EntryBar);
    }

    private double ReturnAt((Side Side, long SignalN, int EntryBar, double EntryPrice) open, double price)
    {
        double move = price / open.EntryPrice - 1;
        return (open.Side == Side.Buy ? move : -move) - _costs.Commission;
    }
}
