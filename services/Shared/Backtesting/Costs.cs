using System.Runtime.InteropServices;
using DaprTrading.Contracts;

namespace DaprTrading.Backtesting;

/// <summary>What trading costs, as shares of the value.</summary>
/// <param name="Commission">Commission of each fill.</param>
/// <param name="Slippage">How much worse than the price each fill is.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Costs(double Commission, double Slippage)
{
    internal static Costs Of(BacktestOptions options) => new(options.CommissionBps / 10_000, options.SlippageBps / 10_000);

    /// <summary>The price a fill gets: a buy pays more, a sell receives less.</summary>
    public double Fill(Side side, double price) => side == Side.Buy ? price * (1 + Slippage) : price * (1 - Slippage);

    /// <summary>Profit of a round trip as a share of the entry's value, after everything.</summary>
    public double RoundTrip(Side side, double entry, double exit)
    {
        Side back = side == Side.Buy ? Side.Sell : Side.Buy;
        double from = Fill(side, entry), to = Fill(back, exit);
        double gross = side == Side.Buy ? to / from - 1 : 1 - to / from;
        return gross - Commission * (1 + to / from);
    }
}
