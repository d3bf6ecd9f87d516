using System.Globalization;
using System.Text;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;

namespace DaprTrading.Dataset.Backtests;

/// <summary>Results as tables after RFC 4180, for spreadsheets; lines end with CR LF. Nothing in them needs quotes.</summary>
internal static class BacktestTables
{
    /// <summary>One line per trade.</summary>
    public static string Trades(BacktestResult result)
    {
        var text = new StringBuilder("side,signalN,entryN,entryTime,entryPrice,exitN,exitTime,exitPrice,return,bars\r\n");
        foreach (Trade trade in result.Trades)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(trade.Side == Side.Buy ? "long" : "short")},{trade.SignalN},{trade.EntryN},{Iso(trade.EntryTime)},{trade.EntryPrice},");
            text.Append(CultureInfo.InvariantCulture, $"{trade.ExitN},{Iso(trade.ExitTime)},{trade.ExitPrice},{trade.Return},{trade.Bars}\r\n");
        }

        return text.ToString();
    }

    /// <summary>One line per bar.</summary>
    public static string Equity(BacktestResult result)
    {
        var text = new StringBuilder("time,equity,position,buyAndHold\r\n");
        foreach (EquityPoint point in result.EquityCurve)
            text.Append(CultureInfo.InvariantCulture, $"{Iso(point.Time)},{point.Equity},{point.Position},{point.Held}\r\n");
        return text.ToString();
    }

    private static string Iso(long? time) => time is { } moment
        ? DateTimeOffset.FromUnixTimeMilliseconds(moment).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "";
}
