using DaprTrading.Backtesting;
using DaprTrading.Backtesting.Cli;
using DaprTrading.MarketData;
using DaprTrading.Strategies;
using Spectre.Console;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>The command over real files.</summary>
public sealed class CliTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backtest").FullName;
    private readonly StringWriter _output = new(), _errors = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task Backtest_TwoFiles_PrintsFiguresAndWritesJson()
    {
        string json = Path.Combine(_folder, "out.json");

        int code = await RunAsync(
            "--data", $"{History.PathOf("spy-daily")},{History.PathOf("ibm-daily")}", "--strategy", "all", "--commission-bps", "1", "--short", "--json", json);

        _errors.ToString().Should().BeEmpty();
        code.Should().Be(0);
        _output.ToString().Should().Contain("SPY-DAILY").And.Contain("IBM-DAILY").And.Contain("composite-vote").And.Contain("buy and hold")
            .And.Contain("5849 closed bars, 1998-01-02 to 2021-03-31; long and short, 1 bp commission and 0 bp slippage a fill");
        IReadOnlyList<BacktestResult>? results = System.Text.Json.JsonSerializer.Deserialize(
            await File.ReadAllTextAsync(json), BacktestJson.Default.IReadOnlyListBacktestResult);
        results.Should().HaveCount(2 * StrategyCatalog.Names.Count);
        results!.Select(result => result.EquityCurve.Count).Should().AllBeEquivalentTo(5849);
    }

    [Fact]
    public async Task Backtest_Settings_AreUsed()
    {
        string settings = await WriteAsync("settings.json", """{"rsiRecross":{"trendFilter":true}}""");

        await RunAsync("--data", History.PathOf("spy-daily"), "--strategy", "rsi-recross", "--settings", settings);

        // 13 buys and one sell pass the filter.
        _output.ToString().Should().MatchRegex("all.*20.* 14 ");
    }

    [Theory]
    [InlineData("""{"rsiRecros":{"trendFilter":true}}""", "rsiRecros is not known; there are bollingerReentry, compositeVote,")]
    [InlineData("""{"rsiRecross":{"oversold":"30"}}""", "rsiRecross.oversold must be a number, but is \"30\".")]
    [InlineData("""{"rsiRecross":{"oversold":80}}""", "rsiRecross.oversold must be below overbought (70), but is 80.")]
    public async Task Backtest_SettingsThatAreNone_AreRefusedByName(string content, string expected)
    {
        string settings = await WriteAsync("settings.json", content);

        (await RunAsync("--data", History.PathOf("spy-daily"), "--strategy", "rsi-recross", "--settings", settings)).Should().Be(1);

        _errors.ToString().Should().Contain(expected);
    }

    [Theory]
    [InlineData("date,open,high,low,close\n2024-01-02,1,1,1,1\n", "volume")]
    [InlineData("date,open,high,low,close,volume\n", "No row is a bar")]
    [InlineData("date,open,high,low,close,volume\n2024-01-02,1,1,1,x,1\n", "(line 2) because")]
    public async Task Backtest_BadFile_SaysWhy(string content, string expected)
    {
        string file = await WriteAsync("bad.csv", content);

        (await RunAsync("--data", file, "--strategy", "rsi-recross")).Should().Be(1);

        _errors.ToString().Should().Contain(expected);
    }

    [Fact]
    public async Task Backtest_BadRow_IsLeftOutAndNamed()
    {
        string file = await WriteAsync("x.csv", "date,open,high,low,close,volume\n2024-01-02,1,1,1,1,1\n2024-01-03,1,1,1,2,1\n2024-01-04,1,1,1,1,1\n");

        (await RunAsync("--data", file, "--strategy", "rsi-recross")).Should().Be(0);

        _output.ToString().Should().Contain("1 rows are no bars and are left out; line 3:").And.Contain("X: 2 closed bars");
    }

    [Fact]
    public async Task Backtest_Days_AreTheOnesThatCount()
    {
        await RunAsync("--data", History.PathOf("spy-daily"), "--strategy", "ema-cross", "--from", "2010-01-01", "--to", "2019-12-31");

        _output.ToString().Should().Contain("2516 closed bars, 2010-01-04 to 2019-12-31");
        (await RunAsync("--data", History.PathOf("spy-daily"), "--strategy", "ema-cross", "--from", "soon")).Should().Be(1);
        _errors.ToString().Should().Contain("from must be a day or a time in ISO 8601, but is 'soon'");
    }

    [Fact]
    public async Task Backtest_TwoFilesOfOneSymbol_AreOneSeries()
    {
        string first = await WriteAsync("X-1.csv", Minutes(0, 5)), second = await WriteAsync("X-2.csv", Minutes(5, 4));

        (await RunAsync("--data", first, second, "--strategy", "rsi-recross")).Should().Be(0);

        _output.ToString().Should().Contain("X: 9 closed bars").And.NotContain("X: 5 closed bars");
    }

    [Fact]
    public async Task Backtest_SymbolWithoutABarInTheRange_IsLeftOutAndNamed()
    {
        string file = await WriteAsync("x.csv", "date,open,high,low,close,volume,symbol\n2024-01-02,1,1,1,1,1,A\n2024-01-03,1,1,1,1,1,A\n2020-01-02,1,1,1,1,1,B\n2020-01-03,1,1,1,1,1,B\n");

        (await RunAsync("--data", file, "--strategy", "rsi-recross", "--from", "2024-01-01")).Should().Be(0);

        _output.ToString().Should().Contain("B has no bar in the range and is left out.").And.Contain("A: 2 closed bars");
        (await RunAsync("--data", file, "--strategy", "rsi-recross", "--from", "2030-01-01")).Should().Be(1);
        _errors.ToString().Should().Contain("No symbol has a bar in the range.");
    }

    [Fact]
    public async Task Backtest_DaysThatEndAtMidnight_AreTheirOwn()
    {
        // Traded at weekends, so each day ends at the next midnight UTC.
        string file = await WriteAsync("x.csv", "date,open,high,low,close,volume\n" + string.Concat(Enumerable.Range(1, 9).Select(day => $"2024-01-0{day},1,1,1,1,1\n")));

        await RunAsync("--data", file, "--strategy", "rsi-recross", "--from", "2024-01-03", "--to", "2024-01-06");

        _output.ToString().Should().Contain("X: 4 closed bars, 2024-01-04 to 2024-01-07", "these are the ends of the days from the 3rd to the 6th");
    }

    [Fact]
    public async Task Backtest_Trades_AreMadeIntoBarsOfTheInterval()
    {
        string file = await WriteAsync("x.csv", "timestamp,price,size\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"2024-01-02T10:{i:00}:00Z,1,1\n")));

        await RunAsync("--data", file, "--strategy", "rsi-recross", "--interval", "5m", "--horizons", "2,3");

        _output.ToString().Should().Contain("X: 12 closed bars");
        (await RunAsync("--data", file, "--strategy", "rsi-recross", "--interval", "2h")).Should().Be(1);
        (await RunAsync("--data", file, "--strategy", "rsi-recross", "--horizons", "0")).Should().Be(1);
        _errors.ToString().Should().Contain("interval must be whole seconds").And.Contain("horizons must be 1 to 10 numbers");
    }

    [Theory]
    [InlineData("hodl", "0", 1, "There is no strategy 'hodl'; there are rsi-recross,")]
    [InlineData("rsi-recross", "-1", 1, "commissionBps must be from 0 to 1000, but is -1")]
    [InlineData("rsi-recross", "much", 2, "much")]
    public async Task Backtest_BadArgument_IsNamed(string strategy, string commission, int code, string expected)
    {
        (await RunAsync("--data", History.PathOf("spy-daily"), "--strategy", strategy, "--commission-bps", commission)).Should().Be(code);

        _errors.ToString().Should().Contain(expected);
    }

    [Fact]
    public void Series_OfAFile_AreCanonicalAndByTheirEnd()
    {
        var content = new FileContent([new FileBar("b/c", 5, 1, 1, 1, 1, 1, 1), new FileBar(" a", 6, 1, 1, 1, 1, 1, 1), new FileBar("B/c", 7, 1, 1, 1, 1, 1, 2)], [], 0);

        MarketSeries.Of(content).Select(pair => (pair.Key, pair.Value.Count)).Should().Equal(("A", 1), ("B-C", 2));
        MarketSeries.Of(content, ["B/C"]).Should().ContainSingle().Which.Value.Select(bar => bar.End).Should().Equal(5, 7);
    }

    private static string Minutes(int first, int count) =>
        "timestamp,open,high,low,close,volume\n" + string.Concat(Enumerable.Range(first, count).Select(i => $"2024-01-02T10:{i:00}:00Z,1,1,1,1,1\n"));

    private Task<int> RunAsync(params string[] args)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 200;
        return new BacktestCommand(console, _errors, TimeProvider.System).RunAsync(args);
    }

    private async Task<string> WriteAsync(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content);
        return path;
    }
}
