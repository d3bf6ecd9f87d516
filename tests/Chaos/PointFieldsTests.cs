using System.Reflection;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>The comparison itself: it sees every indicator.</summary>
public sealed class PointFieldsTests
{
    [Fact]
    public void Differing_AnyIndicatorOfThePoint_IsNamed()
    {
        var indicators = new IndicatorSet([]);
        IndicatorValues values = default;
        ProducedBar last = null!;
        foreach (ProducedBar bar in SeededBars.Of("P", "only", 300, seed: 3).Bars)
            (last, values) = (bar, indicators.Update((long)bar.Timestamp * 1000, bar.High, bar.Low, bar.Close, bar.Volume));
        PointFields.Differing(PointFields.Of(last, values), values).Should().BeEmpty();

        PropertyInfo[] numbers = [.. typeof(IndicatorPoint).GetProperties().Where(property => property.PropertyType == typeof(double?))];
        numbers.Should().HaveCountGreaterThan(15);
        foreach (PropertyInfo number in numbers)
        {
            IndicatorPoint wrong = PointFields.Of(last, values);
            number.SetValue(wrong, Math.BitIncrement((double)number.GetValue(wrong)!));
            PointFields.Differing(wrong, values).Should().Equal(number.Name);
        }

        PointFields.Differing(PointFields.Of(last, values) with { Unchanged = 1 }, values).Should().Equal(nameof(IndicatorPoint.Unchanged));
        PointFields.Differing(PointFields.Of(last, values) with { Custom = new Dictionary<string, double?>() }, values).Should().Equal(nameof(IndicatorPoint.Custom));
    }
}
