using System.Globalization;
using DaprTrading.MarketData;

namespace DaprTrading.Tests.Unit.Dataset;

/// <summary>The shipped prices are what their README says, and what is wrong with them is noticed.</summary>
public sealed class ShippedDataTests
{
    private const string BadPrint = "2002-12-23", Split = "1999-05-27";
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Report");

    [Fact]
    public void AdjustedFile_IsTheRawOneWithTheChangesOfTheReadme()
    {
        string[] raw = File.ReadAllLines(Path.Combine(Folder, "IBM.csv")), adjusted = File.ReadAllLines(Path.Combine(Folder, "IBM-adjusted.csv"));

        adjusted.Should().Equal([raw[0], .. raw.Skip(1).Select(line => line.Split(',')).Where(row => row[0] != BadPrint).Select(Adjusted)]);
    }

    [Fact]
    public void Read_RawFile_WarnsOfTheSplitAndOfTheBadPrint() => Warnings("IBM.csv").Should().Equal(
        $"IBM jumps from 235.5 to 116.69 on {Split}, as in a 2 for 1 split: the prices look unadjusted.",
        $"IBM has an open of 159.58 on {BadPrint} between closes of 79.82 and 80.46: it looks like a bad print.");

    [Theory, InlineData("SPY.csv"), InlineData("IBM-adjusted.csv")]
    public void Read_FilesOfTheReport_WarnOfNothing(string file) => Warnings(file).Should().BeEmpty();

    [Theory]
    [InlineData(100, 100, 101, 99, 100, null)]
    [InlineData(100, 160, 160, 99, 101, "an open of 160")]
    [InlineData(100, 60, 101, 60, 101, "an open of 60")]
    [InlineData(100, 100, 200, 99, 101, "a high of 200")]
    [InlineData(100, 100, 101, 0.01, 100, "a low of 0.01")]
    [InlineData(100, 160, 170, 155, 165, null)]
    [InlineData(100, 140, 140, 99, 101, null)]
    public void Print_PriceFarFromBothCloses_IsNamed(double before, double open, double high, double low, double close, string? expected) =>
        JumpWatch.Print(before, new FileBar("A", 0, open, high, low, close, 1, 2)).Should().Be(expected);

    private static IReadOnlyList<string> Warnings(string file) =>
        MarketFiles.Read([Path.Combine(Folder, file)], ReadSettings.Default, new ReadLimits(), CancellationToken.None).Warnings;

    private static string Adjusted(string[] row)
    {
        if (string.CompareOrdinal(row[0], Split) >= 0) return string.Join(',', row);
        IEnumerable<string> prices = row[1..5].Select(price => (decimal.Parse(price, CultureInfo.InvariantCulture) / 2).ToString("0.#####", CultureInfo.InvariantCulture));
        return $"{row[0]},{string.Join(',', prices)},{long.Parse(row[5], CultureInfo.InvariantCulture) * 2}";
    }
}
