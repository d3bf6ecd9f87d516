namespace DaprTrading.Notification.Alerts;

/// <summary>A rule that was met at a point.</summary>
internal sealed record AlertHit(AlertRule Rule, string Symbol, IndicatorPoint Point, bool Upwards)
{
    /// <summary>Made of its cause, so that a repeat has the same id.</summary>
    public string Id => $"alert:{Rule.Id}:{Symbol}:{Point.N}";

    /// <summary>As people read it.</summary>
    public Notice ToNotice() => new(
        Id, "alert", ReplayMark.Before(Title(), Point.Source), Text(), Point.Time, Symbol, null, null, Rule.Id, Point.IngestedAt, false, Point.Source);

    private string Title() => Rule.Kind switch
    {
        AlertKinds.EmaCross => $"{Symbol}: EMA 12 crossed {(Upwards ? "above" : "below")} EMA 26",
        AlertKinds.RsiAbove or AlertKinds.RsiBelow or AlertKinds.RsiCrosses =>
            $"{Symbol}: RSI crossed {(Upwards ? "above" : "below")} {Rule.Threshold:0.##}",
        _ => $"{Symbol}: price crossed {(Upwards ? "above" : "below")} {Rule.Threshold:0.####}",
    };

    private string Text() => Rule.Kind switch
    {
        AlertKinds.EmaCross => $"EMA 12 is {Point.Ema12:0.####}, EMA 26 is {Point.Ema26:0.####}; close {Point.Close:0.####} (bar {Point.N}).",
        AlertKinds.RsiAbove or AlertKinds.RsiBelow or AlertKinds.RsiCrosses =>
            $"RSI(14) is {Point.Rsi14:0.00}; close {Point.Close:0.####} (bar {Point.N}).",
        _ => $"Close {Point.Close:0.####} (bar {Point.N}).",
    };
}

/// <summary>
/// Whether a rule is met is a function of a point and the one before: a line is crossed, in one bar, once. The level alone never alerts again.
/// </summary>
internal static class AlertEvaluator
{
    /// <summary>The rules met within a batch, in the order of the points.</summary>
    public static IEnumerable<AlertHit> Evaluate(IndicatorBatch batch, IReadOnlyList<AlertRule> rules)
    {
        AlertRule[] relevant = [.. rules.Where(rule => rule.Enabled && (rule.Symbol is null || rule.Symbol == batch.Symbol))];
        if (relevant.Length == 0)
        {
            yield break;
        }

        IndicatorPoint? previous = batch.Previous;
        foreach (IndicatorPoint point in batch.Points)
        {
            foreach (AlertRule rule in relevant)
            {
                if (previous is not null && Crosses(rule, previous, point) is { } upwards)
                {
                    yield return new AlertHit(rule, batch.Symbol, point, upwards);
                }
            }

            previous = point;
        }
    }

    /// <summary>True when the line was crossed upwards, false downwards, null when it was not crossed as the rule wants.</summary>
    internal static bool? Crosses(AlertRule rule, IndicatorPoint previous, IndicatorPoint point) => rule.Kind switch
    {
        AlertKinds.PriceAbove => Above(previous.Close, point.Close, rule.Threshold),
        AlertKinds.PriceBelow => Below(previous.Close, point.Close, rule.Threshold),
        AlertKinds.PriceCrosses => Cross(previous.Close, point.Close, rule.Threshold, rule.Threshold),
        AlertKinds.RsiAbove => Above(previous.Rsi14, point.Rsi14, rule.Threshold),
        AlertKinds.RsiBelow => Below(previous.Rsi14, point.Rsi14, rule.Threshold),
        AlertKinds.RsiCrosses => Cross(previous.Rsi14, point.Rsi14, rule.Threshold, rule.Threshold),
        AlertKinds.EmaCross => Cross(previous.Ema12, point.Ema12, previous.Ema26, point.Ema26),
        _ => null,
    };

    private static bool? Above(double? before, double? now, double? line) => before <= line && now > line ? true : null;

    private static bool? Below(double? before, double? now, double? line) => before >= line && now < line ? false : null;

    /// <summary>The line itself counts as below, so that crossings up and down strictly alternate.</summary>
    private static bool? Cross(double? before, double? now, double? lineBefore, double? lineNow) =>
        before <= lineBefore && now > lineNow ? true
        : before > lineBefore && now <= lineNow ? false
        : null;
}
