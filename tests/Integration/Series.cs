using System.Text.Json;
using DaprTrading.Indicators;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Constructed bars, and what the system must make of them.</summary>
internal static class Series
{
    private const double FirstTimestamp = 1_700_000_000;

    /// <summary>A seeded random walk, numbered by its own source, one bar a second.</summary>
    public static ProducedBar[] RandomWalk(string symbol, int count, int seed, string? source = "test")
    {
        var random = new Random(seed);
        return Bars(symbol, count, random, source, (_, price) => Math.Max(1, price * (1 + (0.02 * (random.NextDouble() - 0.5)))));
    }

    /// <summary>
    /// Long and, for a while, short waves in turn, with a little noise: within any 100 bars of a warm series RSI, EMA and MACD cross their marks often, some
    /// of it close together. Numbered like <see cref="RandomWalk"/>.
    /// </summary>
    public static ProducedBar[] Waves(string symbol, int count, int seed)
    {
        const int Stretch = 24, Stretches = 4;
        const double LongWave = 48, ShortWave = 6;
        var random = new Random(seed);
        double phase = 0;
        return Bars(symbol, count, random, "test", (i, _) =>
        {
            phase += 2 * Math.PI / (i / Stretch % Stretches == Stretches - 1 ? ShortWave : LongWave);
            return 100 + (2 * Math.Sin(phase)) + (0.2 * (random.NextDouble() - 0.5));
        });
    }

    private static ProducedBar[] Bars(string symbol, int count, Random random, string? source, Func<int, double, double> next)
    {
        var bars = new ProducedBar[count];
        double price = 100;
        for (int i = 0; i < count; i++)
        {
            double open = price;
            price = Math.Round(next(i, price), 4);
            bars[i] = new ProducedBar(
                symbol, open, Math.Max(open, price) + 0.01, Math.Min(open, price) - 0.01, price, random.Next(1, 1000), FirstTimestamp + i)
            {
                Source = source, Sequence = source is null ? 0 : i + 1,
            };
        }

        return bars;
    }

    /// <summary>The points equal the undisturbed computation over the bars: the very same doubles, in the same order, none missing, none twice.</summary>
    public static void ShouldBeExactly(this IReadOnlyList<JsonElement> points, IReadOnlyList<ProducedBar> bars)
    {
        points.Should().HaveCount(bars.Count);
        var indicators = new IndicatorSet([]);
        for (int i = 0; i < bars.Count; i++)
        {
            ProducedBar bar = bars[i];
            IndicatorValues expected = indicators.Update((long)Math.Round(bar.Timestamp * 1000), bar.High, bar.Low, bar.Close, bar.Volume);
            JsonElement point = points[i];
            point.GetProperty("n").GetInt64().Should().Be(i + 1);
            point.GetProperty("close").GetDouble().Should().Be(bar.Close, "that is bar {0} of {1}", i + 1, bar.Symbol);
            Same(point, "sma20", expected.Sma20);
            Same(point, "sma50", expected.Sma50);
            Same(point, "sma200", expected.Sma200);
            Same(point, "ema12", expected.Macd.Fast);
            Same(point, "ema26", expected.Macd.Slow);
            Same(point, "ema50", expected.Ema50);
            Same(point, "rsi14", expected.Rsi14);
            Same(point, "macd", expected.Macd.Line);
            Same(point, "macdSignal", expected.Macd.Signal);
            Same(point, "macdHistogram", expected.Macd.Histogram);
            Same(point, "bbUpper", expected.Bollinger.Upper);
            Same(point, "bbMiddle", expected.Bollinger.Middle);
            Same(point, "bbLower", expected.Bollinger.Lower);
            Same(point, "atr14", expected.Atr14);
            Same(point, "vwap", expected.Vwap);
            Same(point, "volumeSma20", expected.VolumeSma20);
        }
    }

    private static void Same(JsonElement point, string field, double expected)
    {
        double? actual = point.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        actual.Should().Be(double.IsNaN(expected) ? null : expected, "{0} of point {1}", field, point.GetProperty("n"));
    }
}
