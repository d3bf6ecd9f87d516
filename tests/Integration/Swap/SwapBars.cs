using System.Globalization;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration.Swap;

/// <summary>The bars that go into every system: real days of SPY and three constructed series, all numbered.</summary>
internal static class SwapBars
{
    private const int Days = 400;
    private const int Seconds = 300;

    /// <summary>Bars by symbol.</summary>
    public static IReadOnlyDictionary<string, ProducedBar[]> All { get; } = new Dictionary<string, ProducedBar[]>(StringComparer.Ordinal)
    {
        ["SPY"] = Spy(),
        ["WALK1"] = Series.RandomWalk("WALK1", Seconds, seed: 31, source: "walk"),
        ["WALK2"] = Series.RandomWalk("WALK2", Seconds, seed: 32, source: "walk"),
        ["WALK3"] = Series.RandomWalk("WALK3", Seconds, seed: 33, source: "walk"),
    };

    private static ProducedBar[] Spy() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "spy-daily.csv")).Skip(1).Take(Days).Select(line => line.Split(',')).Select((row, i) => new ProducedBar(
            "SPY", Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]),
            DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds()) { Source = "golden", Sequence = i + 1 }),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
