using System.Reflection;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Compares every indicator of a point. The properties of the record say which there are: one that is added later cannot be left out.</summary>
internal static class PointFields
{
    /// <summary>What a point has from its bar or from its place, which is compared by itself.</summary>
    private static readonly string[] NoIndicators =
    [
        nameof(IndicatorPoint.N), nameof(IndicatorPoint.Time), nameof(IndicatorPoint.Open), nameof(IndicatorPoint.High), nameof(IndicatorPoint.Low), nameof(IndicatorPoint.Close),
        nameof(IndicatorPoint.Volume), nameof(IndicatorPoint.Source), nameof(IndicatorPoint.IngestedAt),
    ];

    /// <summary>Indicators that are a part of a value of <see cref="IndicatorValues"/>; the others have the same name there.</summary>
    private static readonly Dictionary<string, Func<IndicatorValues, object?>> Parts = new(StringComparer.Ordinal)
    {
        [nameof(IndicatorPoint.Ema12)] = values => values.Macd.Fast, [nameof(IndicatorPoint.Ema26)] = values => values.Macd.Slow,
        [nameof(IndicatorPoint.Macd)] = values => values.Macd.Line, [nameof(IndicatorPoint.MacdSignal)] = values => values.Macd.Signal,
        [nameof(IndicatorPoint.MacdHistogram)] = values => values.Macd.Histogram, [nameof(IndicatorPoint.BbUpper)] = values => values.Bollinger.Upper,
        [nameof(IndicatorPoint.BbMiddle)] = values => values.Bollinger.Middle, [nameof(IndicatorPoint.BbLower)] = values => values.Bollinger.Lower,
        [nameof(IndicatorPoint.Custom)] = _ => null,
    };

    private static readonly (string Name, Func<IndicatorPoint, object?> Actual, Func<IndicatorValues, object?> Expected)[] Fields =
        [.. typeof(IndicatorPoint).GetProperties().Where(property => !NoIndicators.Contains(property.Name)).Select(FieldOf)];

    /// <summary>Names of the indicators that differ.</summary>
    public static IEnumerable<string> Differing(IndicatorPoint point, IndicatorValues values) =>
        Fields.Where(field => !Equals(field.Actual(point), Known(field.Expected(values)))).Select(field => field.Name);

    /// <summary>The point of a bar, whose place is its number.</summary>
    public static IndicatorPoint Of(ProducedBar bar, IndicatorValues values)
    {
        var point = new IndicatorPoint
        {
            N = bar.Sequence, Time = (long)Math.Round(bar.Timestamp * 1000), Open = bar.Open, High = bar.High, Low = bar.Low, Close = bar.Close, Volume = bar.Volume,
            Source = bar.Source ?? "", IngestedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        foreach ((string name, _, Func<IndicatorValues, object?> value) in Fields) typeof(IndicatorPoint).GetProperty(name)!.SetValue(point, Known(value(values)));
        return point;
    }

    /// <summary>The points of the bars of one source.</summary>
    public static IndicatorPoint[] Of(SeededBars bars)
    {
        var indicators = new IndicatorSet([]);
        return [.. bars.Bars.Select(bar => Of(bar, indicators.Update((long)Math.Round(bar.Timestamp * 1000), bar.High, bar.Low, bar.Close, bar.Volume)))];
    }

    /// <summary>What is warming up is NaN in the calculation and null in a point.</summary>
    private static object? Known(object? value) => value is double number && !double.IsFinite(number) ? null : value;

    private static (string Name, Func<IndicatorPoint, object?> Actual, Func<IndicatorValues, object?> Expected) FieldOf(PropertyInfo property)
    {
        if (Parts.TryGetValue(property.Name, out Func<IndicatorValues, object?>? part)) return (property.Name, point => property.GetValue(point), part);
        PropertyInfo same = typeof(IndicatorValues).GetProperty(property.Name)
            ?? throw new InvalidOperationException($"Nothing says what {nameof(IndicatorPoint)}.{property.Name} must be: add it to {nameof(PointFields)}.");
        return (property.Name, point => property.GetValue(point), values => same.GetValue(values));
    }
}
