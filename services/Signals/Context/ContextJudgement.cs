using System.Globalization;
using DaprTrading.Contracts;

namespace DaprTrading.Signals.Context;

/// <summary>What the market events around a bar say for a rise (1) or a fall (−1). Pure.</summary>
/// <remarks>
/// Each part fades to nothing over its life: orders 2 minutes, news 4 hours, the economy a day, valuation a week. An event that is more than a minute
/// younger than the bar says nothing about it, so old bars that are replayed are not judged by today's news.
/// </remarks>
/// <param name="Score">−1 to 1: the mean of the parts, each by how fresh it is; one faded part alone counts as little as it is fresh.</param>
/// <param name="Words">The parts with their numbers.</param>
internal sealed record ContextJudgement(double Score, string Words)
{
    private const double ExpensivePe = 60, LossValue = -1, ExpensiveValue = -0.5;
    private const long SecondMs = 1_000, MinuteMs = 60 * SecondMs, HourMs = 60 * MinuteMs;
    internal const long OrdersMs = 2 * MinuteMs;
    private const long NewsMs = 4 * HourMs, EconomyMs = 24 * HourMs, ValuationMs = 7 * 24 * HourMs;

    /// <summary>Null when nothing fresh is known.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="barTime">Time of the bar, Unix milliseconds.</param>
    public static ContextJudgement? Of(SymbolContext context, long barTime)
    {
        double sum = 0, weights = 0;
        var words = new List<string>();
        if (context.OrderBook is { } orders)
            Count(orders.Imbalance, orders.Time, OrdersMs, age => $"orders {Percent((1 + Math.Abs(orders.Imbalance)) / 2)} {(orders.Imbalance >= 0 ? "buys" : "sells")}{age}");
        if (context.Sentiment is { } news)
            Count(news.Score * news.Magnitude, news.Time, NewsMs, age => $"news sentiment {Signed(news.Score)} of magnitude {Number(news.Magnitude)}{age}");
        if (context.Fundamentals is { } valuation && ValueOf(valuation.PeRatio) is { } value)
            Count(value, valuation.Time, ValuationMs, age => $"P/E {Number(valuation.PeRatio)}{(valuation.PeRatio < 0 ? ", a loss" : ", expensive")}{age}");
        foreach (EconomyContext step in context.Economy ?? [])
            Count(step.Good, step.Time, EconomyMs, age => $"{step.Name} from {Number(step.Previous)} to {Number(step.Value)}{age}");
        return words.Count == 0 ? null : new ContextJudgement(Math.Clamp(sum / Math.Max(1, weights), -1, 1), string.Join("; ", words));

        void Count(double part, long time, long life, Func<string, string> say)
        {
            long age = Math.Max(0, barTime - time);
            double fresh = time > barTime + MinuteMs ? 0 : 1 - ((double)age / life);
            if (fresh <= 0)
                return;
            sum += part * fresh;
            weights += fresh;
            words.Add(say(Age(age)));
        }
    }

    private static double? ValueOf(double ratio) => ratio < 0 ? LossValue : ratio > ExpensivePe ? ExpensiveValue : null;

    private static string Age(long ms) =>
        ms < MinuteMs ? "" : ms < HourMs ? $" ({ms / MinuteMs} min old)" : $" ({ms / HourMs} h old)";

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
