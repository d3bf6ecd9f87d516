namespace DaprTrading.Notification.Signals;

/// <summary>Words for signals.</summary>
internal static class SignalNotices
{
    /// <summary>A signal as people read it.</summary>
    public static Notice Of(TradingSignal signal) => new(
        "signal:" + signal.Id, "signal",
        ReplayMark.Before($"{(signal.Side == Side.Buy ? "Buy" : "Sell")} {signal.Symbol} at {signal.Price:0.####}", signal.Source),
        $"{signal.Strategy}, confidence {signal.Confidence:0%}. {string.Join("; ", signal.Reasons)}".TrimEnd(),
        signal.BarTime, signal.Symbol, signal.Side, signal.Id, null, signal.IngestedAt, false, signal.Source);

    /// <summary>One sentence for the signals of one second that were not told one by one.</summary>
    public static Notice LeftOut(FloodGuard.Excess excess, string instance) => new(
        $"system:flood:{instance}:{excess.Second}", "system",
        ReplayMark.Before($"{excess.Count} more signals", excess.Source),
        $"{excess.Count} further signals came in the same second and were not told one by one. All of them are in the signal list.",
        excess.LastBarTime, null, null, null, null, excess.LastIngestedAt, false, excess.Source);
}
