using System.Reflection;
using System.Runtime.CompilerServices;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Chaos;

/// <summary>The comparison itself: whatever is wrong with an outcome, it is seen.</summary>
public sealed class BatchTests
{
    private static readonly SeededBars Bars = SeededBars.Of("B", "only", 700, seed: 9);
    private static readonly Outcome Right = Make();

    [Fact]
    public void Check_RightOutcome_FindsNothing() => Batch.Check(Right, [Bars]).Should().BeEmpty();

    [Fact]
    public void Check_AnyFigureOfTheSummaryChanged_NamesIt()
    {
        foreach (PropertyInfo figure in typeof(SymbolSummary).GetProperties())
            Batch.Check(Right with { Summary = Changed(Right.Summary, figure) }, [Bars]).Should().ContainSingle().Which.Should().Contain($": {figure.Name} of the summary");
    }

    [Fact]
    public void Check_AnyFigureOfTheAccuracyChanged_SeesIt()
    {
        AccuracyRow full = Right.Accuracy.First(row => row.N > 0);
        foreach (PropertyInfo figure in typeof(AccuracyRow).GetProperties())
            Batch.Check(Right with { Accuracy = [.. Right.Accuracy.Select(row => row == full ? Changed(row, figure) : row)] }, [Bars]).Should().ContainSingle($"{figure.Name} differs");
    }

    [Fact]
    public void Check_AnyFigureOfASignalOrCandleChanged_SeesIt()
    {
        foreach (PropertyInfo figure in typeof(TradingSignal).GetProperties().Where(figure => figure.Name != nameof(TradingSignal.SettingsVersion)))
            Batch.Check(Right with { Signals = [Changed(Right.Signals[0], figure), .. Right.Signals.Skip(1)] }, [Bars]).Should().ContainSingle($"{figure.Name} differs");
        foreach (PropertyInfo figure in typeof(Candle).GetProperties())
        {
            var candles = Right.Candles.ToDictionary(each => each.Key, each => each.Value);
            candles["1m"] = [Changed(candles["1m"][0], figure), .. candles["1m"].Skip(1)];
            Batch.Check(Right with { Candles = candles }, [Bars]).Should().ContainSingle($"{figure.Name} differs");
        }
    }

    [Fact]
    public void Check_BarsLostTwiceOrInAnotherOrder_SeesIt()
    {
        List<IndicatorPoint> points = [.. Right.Points];
        Batch.Check(Right with { Points = [.. points.Take(300), .. points.Skip(301)] }, [Bars]).Should().NotBeEmpty();
        Batch.Check(Right with { Points = [.. points.Take(300), points[299], .. points.Skip(300)] }, [Bars]).Should().NotBeEmpty();
        Batch.Check(Right with { Points = [.. points.Take(300), points[301], points[300], .. points.Skip(302)] }, [Bars]).Should().NotBeEmpty();
        Batch.Check(Right with { Points = [.. points.Take(699)] }, [Bars]).Should().NotBeEmpty();
    }

    private static Outcome Make()
    {
        IndicatorPoint[] points = PointFields.Of(Bars);
        TradingSignal[] signals = [.. Batch.Signals("B", points).Values];
        signals.Length.Should().BeGreaterThan(20);
        return new Outcome(
            "B", points, signals, Batch.Intervals.ToDictionary(each => each.Key, each => Batch.Candles(points, each.Value)), ExpectedSummary.Of("B", points, signals),
            [.. ExpectedAccuracy.Rows("B", points, signals)]);
    }

    /// <summary>A copy in which one property has another value.</summary>
    private static T Changed<T>(T record, PropertyInfo property)
        where T : class
    {
        var copy = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        foreach (PropertyInfo each in typeof(T).GetProperties()) each.SetValue(copy, each.GetValue(record));
        property.SetValue(copy, property.GetValue(record) switch
        {
            long number => number + 1,
            int number => number + 1,
            double number => number + 0.001,
            string text => text + "x",
            Side side => side == Side.Buy ? Side.Sell : Side.Buy,
            IReadOnlyList<double> => Array.Empty<double>(),
            IReadOnlyList<string> => Array.Empty<string>(),
            _ => null,
        });
        return copy;
    }
}
