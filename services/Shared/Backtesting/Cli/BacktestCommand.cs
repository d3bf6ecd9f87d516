using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DaprTrading.MarketData;
using DaprTrading.Strategies;
using Spectre.Console;

namespace DaprTrading.Backtesting.Cli;

/// <summary><c>backtest</c>: runs strategies over files.</summary>
internal sealed class BacktestCommand(IAnsiConsole console, TextWriter errors, TimeProvider time)
{
    private const string AllStrategies = "all";
    private const int MaxReasons = 5;

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "Files of market data, in any format that can be replayed.",
        HelpName = "FILE[,FILE...]", Required = true, AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _strategy = new("--strategy")
    {
        Description = $"{string.Join(", ", StrategyCatalog.Names)} or {AllStrategies}, with the default parameters.", HelpName = "NAME", Required = true,
    };

    private readonly Option<string?> _settings = new("--settings")
    {
        Description = "JSON file with parameters of strategies, as GET /strategies of the signals service gives them.", HelpName = "FILE",
    };

    private readonly Option<double> _commission = new("--commission-bps") { Description = "Commission of each fill, basis points of its value.", HelpName = "BPS" };
    private readonly Option<double> _slippage = new("--slippage-bps") { Description = "How much worse than the open each fill is, basis points.", HelpName = "BPS" };
    private readonly Option<bool> _short = new("--short") { Description = "A sell also opens a short position; otherwise it only ends a long one." };
    private readonly Option<string?> _format = new("--format") { Description = $"{string.Join(", ", Formats.All)}; recognised when absent.", HelpName = "NAME" };
    private readonly Option<string?> _from = new("--from") { Description = "First day that counts; bars before it only warm the indicators up.", HelpName = "yyyy-MM-dd" };
    private readonly Option<string?> _to = new("--to") { Description = "Last day that counts.", HelpName = "yyyy-MM-dd" };
    private readonly Option<string?> _json = new("--json") { Description = "Write everything, trades and equity included, as JSON.", HelpName = "FILE" };

    /// <summary>Runs a command line and answers the exit code: 0 done, 1 failed, 2 wrong usage.</summary>
    public async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("Run strategies of the platform over history: signals against the base rate, trades, money against buying and holding.")
        {
            _data, _strategy, _settings, _commission, _slippage, _short, _format, _from, _to, _json,
        };
        command.SetAction(RunAsync);
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        foreach (var error in parsed.Errors) await errors.WriteLineAsync("error: " + error.Message);
        return 2;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            BacktestOptions options = OptionsOf(parsed);
            Check(options.Validate());
            StrategySettings settings = await SettingsAsync(parsed.GetValue(_settings), cancellationToken);
            IReadOnlyList<IStrategy> strategies = StrategiesOf(parsed.GetValue(_strategy)!, settings);
            var results = new List<BacktestResult>();
            foreach (string file in parsed.GetValue(_data)!.SelectMany(files => files.Split(',', StringSplitOptions.RemoveEmptyEntries)))
            {
                foreach ((string symbol, IReadOnlyList<PriceBar> bars) in Read(file, parsed.GetValue(_format), cancellationToken))
                    results.AddRange(strategies.Select(strategy => Backtester.Run(symbol, bars, strategy, options)));
            }

            Print(results);
            if (parsed.GetValue(_json) is { } path)
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(results, BacktestJson.Default.IReadOnlyListBacktestResult), cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or DatasetFormatException or ArgumentException or IOException or UnauthorizedAccessException or JsonException)
        {
            await errors.WriteLineAsync("error: " + e.Message);
            return 1;
        }
    }

    private BacktestOptions OptionsOf(ParseResult parsed) => new()
    {
        CommissionBps = parsed.GetValue(_commission), SlippageBps = parsed.GetValue(_slippage), AllowShort = parsed.GetValue(_short),
        AsOf = time.GetUtcNow().ToUnixTimeMilliseconds(), From = DayOf(_from.Name, parsed.GetValue(_from), 0), To = DayOf(_to.Name, parsed.GetValue(_to), 1),
    };

    // What is no bar is left out, as a replay does, but never silently.
    private SortedDictionary<string, IReadOnlyList<PriceBar>> Read(string file, string? format, CancellationToken cancellationToken)
    {
        if (format is not null && !Formats.All.Contains(format, StringComparer.Ordinal))
            throw new InvalidDataException($"There is no format '{format}'; there are {string.Join(", ", Formats.All)}.");
        FileContent content = MarketFiles.Read([file], ReadSettings.Default with { Format = format }, new ReadLimits(), cancellationToken);
        if (content.BadRowCount > 0)
            console.WriteLine($"{file}: {content.BadRowCount} rows are no bars and are left out; {string.Join("; ", content.BadRows.Take(MaxReasons))}");
        foreach (string warning in content.Warnings)
            console.WriteLine($"{file}: {warning}");
        return MarketSeries.Of(content);
    }

    private static long? DayOf(string option, string? text, int days) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? new DateTimeOffset(day.AddDays(days).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds()
            : throw new InvalidDataException($"{option} must be a day as in 2020-12-31, but is '{text}'.");

    private void Print(List<BacktestResult> results)
    {
        console.Write(ResultView.Signals(results));
        console.Write(ResultView.Trades(results));
        console.Write(ResultView.Money(results));
        foreach (BacktestResult result in results.DistinctBy(result => result.Symbol))
            console.WriteLine(ResultView.Assumptions(result));
        console.WriteLine("A hit rate whose interval holds the base rate shows nothing. Past figures promise nothing.");
    }

    private static IReadOnlyList<IStrategy> StrategiesOf(string name, StrategySettings settings) =>
        name == AllStrategies
            ? [.. StrategyCatalog.Names.Select(each => StrategyCatalog.Create(each, settings)!)]
            : [StrategyCatalog.Create(name, settings) ?? throw new InvalidDataException(
                $"There is no strategy '{name}'; there are {string.Join(", ", StrategyCatalog.Names)}.")];

    private static async Task<StrategySettings> SettingsAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null) return StrategySettings.Default;
        await using FileStream stream = File.OpenRead(path);
        using JsonDocument document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        SettingsReading reading = SettingsReader.Read(document.RootElement);
        Check(reading.Errors);
        return reading.Settings!;
    }

    private static void Check(IReadOnlyDictionary<string, string[]> invalid)
    {
        foreach ((string field, string[] messages) in invalid)
            throw new InvalidDataException($"{field} {messages[0]}");
    }
}
