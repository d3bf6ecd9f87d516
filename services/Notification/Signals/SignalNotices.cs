namespace DaprTrading.Notification.Signals;

/// <summary>Words for signals.</summary>
internal static class SignalNotices
{
    /// <summary>A signal as people read it.</summary>
    public static Notice Of(TradingSignal signal) => new(
        "signal:" + signal.Id, "signal",
        $"{(signal.Side == Side.Buy ? "Buy" : "Sell")} {signal.Symbol} at {signal.Price:0.####}",
        $"{signal.Strategy}, confidence {signal.Confidence:0%}. {string.Join("; ", signal.Reasons)}".TrimEnd(),
        signal.BarTime, signal.Symbol, signal.Side, signal.Id, null, signal.IngestedAt, false);

    /// <summary>One sentence for the signals of one second that were not told one by one.</summary>
    public static Notice LeftOut(FloodGuard.Excess excess, string instance) => new(
        $"system:flood:{instance}:{excess.Second}", "system",
        $"{excess.Count} more signals",
        $"{excess.Count} further signals came in the same second and were not told one by one. All of them are in the signal list.",
        excess.LastBarTime, null, null, null, null, excess.LastIngestedAt, false);
}
