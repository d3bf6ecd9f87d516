using DaprTrading.Contracts;

namespace DaprTrading.Backtesting;

/// <summary>One position from its entry to its exit.</summary>
/// <param name="Side">Buy: long. Sell: short.</param>
/// <param name="SignalN">Index of the bar, from 1, whose signal opened it.</param>
/// <param name="EntryN">Index of the bar at whose open it was entered: the one after the signal.</param>
/// <param name="EntryTime">End of the entry bar, Unix milliseconds, UTC.</param>
/// <param name="EntryPrice">Price paid or received, slippage included.</param>
/// <param name="ExitN">Index of the bar at whose open it was left; null when it is still open at the end.</param>
/// <param name="ExitTime">End of the exit bar; null when still open.</param>
/// <param name="ExitPrice">Price of the exit, slippage included; the last close when still open.</param>
/// <param name="Return">Profit after commission as a share of the entry's value; of an open position, as if it were left at the last close without cost.</param>
/// <param name="Bars">Closes at which it was held.</param>
public sealed record Trade(
    Side Side, long SignalN, long EntryN, long EntryTime, double EntryPrice, long? ExitN, long? ExitTime, double ExitPrice, double Return, int Bars)
{
    /// <summary>Whether it was still open at the end.</summary>
    public bool IsOpen => ExitN is null;
}

/// <summary>The account after one bar.</summary>
/// <param name="Time">End of the bar, Unix milliseconds, UTC.</param>
/// <param name="Equity">Cash and the position at the bar's close, in the quote currency; never below zero.</param>
/// <param name="Position">1 long, −1 short, 0 none.</param>
/// <param name="Held">What buying and holding would be worth, in the quote currency.</param>
public readonly record struct EquityPoint(long Time, double Equity, int Position, double Held);
