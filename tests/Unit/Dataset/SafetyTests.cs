using System.Text;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Files;
using DaprTrading.MarketData;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using static DaprTrading.Tests.Unit.Dataset.Samples;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class SafetyTests : IDisposable
{
    private const string Csv = "date,open,high,low,close,volume\n2020-01-15,1,2,1,2,10\n2020-01-16,1,2,1,2,10\n";
    private readonly string _root = Directory.CreateTempSubdirectory("dataset-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Read_ZipBomb_StopsAtTheLimit()
    {
        byte[] bomb = Zip("a.csv", Csv + new string('\n', 4_000_000));
        bomb.Length.Should().BeLessThan(100_000);

        FluentActions.Invoking(() => Read(new MemoryStream(bomb), "a.zip", maxBytes: 1_000_000))
            .Should().Throw<DatasetFormatException>().WithMessage("*too large: more than 1000000 bytes after decompression*");
        FluentActions.Invoking(() => Read(new MemoryStream(Gzip(Gzip(bomb))), "a.zip.gz.gz", maxBytes: 1_000_000)).Should().Throw<DatasetFormatException>();
    }

    [Fact]
    public void Read_LineWithoutEnd_StopsEarly() =>
        FluentActions.Invoking(() => Text("date,open,high,low,close,volume\n" + new string('1', 100_000))).Should().Throw<DatasetFormatException>().WithMessage("*line*characters*");

    [Fact]
    public void Read_TooManyBars_StopsAtTheLimit() =>
        FluentActions.Invoking(() => Read(new MemoryStream(Encoding.UTF8.GetBytes(Csv)), "a.csv", maxBars: 1)).Should().Throw<DatasetFormatException>().WithMessage("*at most 1*");

    [Fact]
    public void Read_BrokenGzip_SaysSo()
    {
        byte[] broken = Gzip(Encoding.UTF8.GetBytes(Csv));
        broken.AsSpan(12, 8).Clear();

        FluentActions.Invoking(() => Bytes(broken, "a.csv.gz")).Should().Throw<DatasetFormatException>();
    }

    [Fact]
    public void Read_AnyWrapping_GivesTheSameBars()
    {
        IReadOnlyList<FileBar> plain = Text(Csv, "a.csv").Bars;

        Bytes(Gzip(Encoding.UTF8.GetBytes(Csv)), "a.csv.gz").Bars.Should().Equal(plain);
        Bytes(Zip("a.csv", Csv), "other.zip").Bars.Should().Equal(plain);
        Bytes(Gzip(Zip("a.csv", Csv)), "other.zip.gz").Bars.Should().Equal(plain);
    }

    [Fact]
    public void Read_ZipWithAReadme_LeavesItOutInWordsAndNamesTheFileOfABadRow()
    {
        byte[] zip = Zip(("README.txt", "Daily bars."u8.ToArray()), ("a.csv", Encoding.UTF8.GetBytes(Csv)), ("__MACOSX/._a.csv", [0, 5, 22, 7]),
            ("b.csv.gz", Gzip(Encoding.UTF8.GetBytes(Csv + "2020-01-17,x,2,1,2,10\n"))));

        FileContent content = Bytes(zip, "a.zip");

        content.Bars.Select(bar => (bar.Symbol, bar.Sequence)).Should().Equal(("A", 1), ("B", 1), ("A", 2), ("B", 2));
        content.BadRows.Should().Equal(new BadRow(4, "b.csv: open is 'x'"));
        content.Warnings.Where(warning => warning.Contains("left out", StringComparison.Ordinal)).Should().SatisfyRespectively(
            readme => readme.Should().StartWith("README.txt in a.zip is left out: README.txt has neither a header"),
            mac => mac.Should().StartWith("__MACOSX/._a.csv in a.zip is left out:").And.NotContain("\0"));
    }

    [Fact]
    public void Read_ZipWithAnEntryThatBreaksInTheMiddle_KeepsNothingOfIt()
    {
        byte[] zip = Zip(("a.csv", Encoding.UTF8.GetBytes(Csv)), ("b.csv", Encoding.UTF8.GetBytes(Csv + new string('1', 100_000))));

        Bytes(zip, "a.zip").Bars.Should().HaveCount(2).And.OnlyContain(bar => bar.Symbol == "A");
    }

    [Fact]
    public void Read_ZipOfOnlyAReadme_SaysWhy() =>
        FluentActions.Invoking(() => Bytes(Zip("README.txt", "Daily bars."), "a.zip")).Should().Throw<DatasetFormatException>().WithMessage("*neither a header*");

    [Theory]
    [InlineData("../secret")]
    [InlineData("../secret.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("link/../../secret.csv")]
    public void Find_NameThatLeadsOutside_FindsNothing(string name)
    {
        File.WriteAllText(Path.Combine(_root, "secret.csv"), Csv);

        Folder("A.csv").Find(name).Should().BeNull();
    }

    [Fact]
    public void Find_NamesThatTwoFilesShare_AreToldApart()
    {
        DatasetFolder folder = Folder("SPY.csv", "SPY.csv.gz", "IBM.json", "notes.md");

        folder.List().Select(file => file.Name).Should().Equal("IBM", "SPY.csv", "SPY.csv.gz");
        folder.Find("SPY.csv.gz")!.File.Should().Be("SPY.csv.gz");
        folder.Find("ibm")!.File.Should().Be("IBM.json");
    }

    [Fact]
    public async Task ReadAsync_ManyFiles_AreMergedByTimeAndNameTheFileOfABadRow()
    {
        DatasetFolder folder = Folder("A.csv", "B.csv");
        await File.AppendAllTextAsync(Path.Combine(_root, "data", "B.csv"), "2020-01-17,x,2,1,2,10\n");

        FileContent content = await folder.ReadAsync([folder.Find("A")!, folder.Find("B")!], ReadSettings.Default, CancellationToken.None);

        content.Bars.Select(bar => (bar.Symbol, bar.Sequence)).Should().Equal(("A", 1), ("B", 1), ("A", 2), ("B", 2));
        content.BadRows.Should().Equal(new BadRow(4, "B.csv: open is 'x'"));
    }

    [Theory]
    [InlineData("AAPL-20140605", "AAPL")]
    [InlineData("SPY", "SPY")]
    [InlineData("BRK-B", "BRK-B")]
    [InlineData("aapl_us_d", "AAPL.US")]
    public void SymbolOf_FileName_DropsTheDay(string name, string symbol) => FileNames.SymbolOf(name).Should().Be(symbol);

    [Theory]
    [InlineData(0.2557, "4 for 1")]
    [InlineData(0.1436, "7 for 1")]
    [InlineData(17.43, "1 for 20")]
    [InlineData(1.999, "1 for 2")]
    [InlineData(0.53, null)]
    [InlineData(1.02, null)]
    public void Name_RatioOfPrices_NamesTheSplit(double ratio, string? split) => JumpWatch.Name(ratio).Should().Be(split);

    private DatasetFolder Folder(params string[] files)
    {
        string data = Directory.CreateDirectory(Path.Combine(_root, "data")).FullName;
        foreach (string file in files) File.WriteAllText(Path.Combine(data, file), Csv);
        return new DatasetFolder(Options.Create(new DatasetOptions { Folder = "data", AddedFolder = "absent" }), new Root(_root));
    }

    private sealed class Root(string path) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Test";

        public string ApplicationName { get; set; } = "Test";

        public string ContentRootPath { get; set; } = path;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
