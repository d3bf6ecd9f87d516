using System.Globalization;
using DaprTrading.Contracts;

namespace DaprTrading.Signals.Context;

/// <summary>Raises or lowers the confidence of signals by what market events said, and says so in a reason.</summary>
/// <remarks>Whether there is a signal, its side and its id are decided before. Without fresh market events a signal stays as it is.</remarks>
internal sealed class ContextAdjuster(MarketContext market)
{
    /// <summary>The signal with its context.</summary>
    /// <param name="signal">A signal.</param>
    /// <param name="weight">Most that the context may add to the confidence or take from it; 0 leaves the signal as it is.</param>
    public TradingSignal Adjust(TradingSignal signal, double weight)
    {
        if (weight <= 0 || market.About(signal.Symbol) is not { } context || ContextJudgement.Of(context, signal.BarTime) is not { } judgement)
            return signal;

        double towards = signal.Side == Side.Buy ? judgement.Score : -judgement.Score;
        double confidence = Math.Round(Math.Clamp(signal.Confidence + (weight * towards), 0, 1), 4);
        double change = Math.Round(confidence - signal.Confidence, 4);
        if (change == 0)
            return signal;
        string step = string.Create(CultureInfo.InvariantCulture, $"{(change > 0 ? "raises" : "lowers")} the confidence by {Math.Abs(change):0.00##}");
        return signal with { Confidence = confidence, Reasons = [.. signal.Reasons, $"market context {step}: {judgement.Words}"] };
    }
}
