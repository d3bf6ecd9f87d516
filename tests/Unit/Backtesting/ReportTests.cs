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
