using System.Globalization;
using DaprTrading.Backtesting;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>Bars for the tests: real ones, random ones, and ones written by hand.</summary>
internal static class History
{
    public const long Day = 24 * 60 * 60 * 1000;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name + ".csv");

    public static IReadOnlyList<PriceBar> Load(string name) =>
        [.. File.ReadLines(PathOf(name)).Skip(1).Select(line => line.Split(',')).Select(row => new PriceBar(
            DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(),
            Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5])))];

    public static IReadOnlyList<PriceBar> Random(int seed, int count)
    {
        var random = new Random(seed);
        var bars = new PriceBar[count];
        double price = 100;
        for (int i = 0; i < count; i++)
        {
            // Stretches without any movement are in it: they have a rule of their own.
            double open = price;
            price = i / 40 % 6 == 5 ? price : price * Math.Exp(0.03 * (random.NextDouble() + random.NextDouble() - 1));
            double reach = price == open ? 0 : random.NextDouble();
            bars[i] = new PriceBar((i + 1) * Day, open, Math.Max(open, price) + reach, Math.Max(0.01, Math.Min(open, price) - reach), price, 1_000 + random.Next(1_000));
        }

        return bars;
    }

    /// <summary>Daily bars of the given opens and closes.</summary>
    public static IReadOnlyList<PriceBar> Of(params (double Open, double Close)[] bars) =>
        [.. bars.Select((bar, i) => new PriceBar((i + 1) * Day, bar.Open, Math.Max(bar.Open, bar.Close), Math.Min(bar.Open, bar.Close), bar.Close, 1))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
