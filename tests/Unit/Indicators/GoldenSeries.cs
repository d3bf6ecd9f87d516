using System.Globalization;

namespace DaprTrading.Tests.Unit.Indicators;

/// <summary>One file of tests/Unit/Golden: bars and the expected values after each.</summary>
internal sealed class GoldenSeries
{
    private readonly Dictionary<string, double[]> _columns = [];

    private GoldenSeries(string[] lines)
    {
        string[] names = lines[0].Split(',');
        string[][] rows = [.. lines.Skip(1).Select(line => line.Split(','))];
        Times = [.. rows.Select(row => DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds())];
        for (int i = 1; i < names.Length; i++)
            _columns[names[i]] = [.. rows.Select(row => row[i].Length == 0 ? double.NaN : double.Parse(row[i], CultureInfo.InvariantCulture))];
    }

    public IReadOnlyList<long> Times { get; }

    public double[] Close => this["close"];

    public double[] this[string column] => _columns[column];

    public static GoldenSeries Load(string name) => new(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".csv")));
}

internal static class GoldenCompare
{
    /// <summary>A value is present exactly where one is expected, and within the tolerance of it.</summary>
    public static void ShouldAgree(this IEnumerable<double> actual, IReadOnlyList<double> expected, string what, double absolute, double relative)
    {
        double[] values = [.. actual];
        values.Length.Should().Be(expected.Count, what);
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(expected[i]) && double.IsNaN(values[i]) || expected[i].Equals(values[i]))
                continue;
            double allowed = absolute + relative * Math.Abs(expected[i]);
            if (!(Math.Abs(values[i] - expected[i]) <= allowed))
                Assert.Fail($"{what}[{i}] is {values[i]:R}, expected {expected[i]:R} within {allowed:R}");
        }
    }
}
