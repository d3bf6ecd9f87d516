using System.Xml.Linq;
using DaprTrading.Backtesting.Cli;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>The plots in the report are those of the data and strategies as they are; <c>./run report</c> draws them again.</summary>
public sealed class ReportTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Report");

    [Fact]
    public void Plots_InTheRepository_AreWhatTheCommandDraws()
    {
        (string Name, string Content)[] plots = [.. ReportCommand.Draw(Folder)];

        plots.Select(plot => plot.Name).Should().BeEquivalentTo(Directory.GetFiles(Folder, "*.svg").Select(Path.GetFileName));
        foreach ((string name, string content) in plots)
        {
            (File.ReadAllText(Path.Combine(Folder, name)) == content).Should().BeTrue("{0} is drawn by ./run report", name);
            XDocument.Parse(content).Root!.Elements().First().Name.LocalName.Should().Be("title");
        }
    }

    /// <summary>Every line of a table with figures, and the sentence about the intervals; none is there that the program does not print.</summary>
    [Fact]
    public void Tables_InTheRepository_AreWhatTheCommandPrints()
    {
        string[] text = File.ReadAllLines(Path.Combine(Folder, "strategies.md"));
        string[] measured = [.. text.SkipWhile(line => line != "## Measured")];
        string[] printed = [.. ReportCommand.Tables(Folder)];

        measured.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Any(char.IsAsciiDigit) && !line.Contains("95 %", StringComparison.Ordinal))
            .Should().Equal(printed.Where(line => line.StartsWith("| ", StringComparison.Ordinal)), "./run report prints them");
        string.Join(' ', measured).Should().Contain(printed.Single(line => !line.StartsWith("| ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Report_WithoutData_SaysWhatIsMissing()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        (await ReportCommand.RunAsync([Path.Combine(Folder, "none"), Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())], output, errors)).Should().Be(1);
        errors.ToString().Should().Contain("SPY.csv");
        (await ReportCommand.RunAsync([], output, errors)).Should().Be(2);
    }
}
