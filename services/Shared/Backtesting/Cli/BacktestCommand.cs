using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DaprTrading.Backtesting.Jobs;
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
        Description = "Files of market data, in any format that can be replayed; read as one, as a replay does.",
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
    private readonly Option<string?> _interval = new("--interval") { Description = "Length of the bars made of trades (default: 1m).", HelpName = "1s…1h" };
    private readonly Option<string?> _zone = new("--zone") { Description = "Zone of clock times that do not tell theirs, as America/New_York (default: UTC).", HelpName = "ZONE" };
    private readonly Option<string[]> _symbols = new("--symbols") { Description = "Only these, e.g. AAPL,MSFT.", HelpName = "S,…" };
    private readonly Option<string?> _horizons = new("--horizons") { Description = "How many bars after a signal it is judged (default: 1,5,20).", HelpName = "H,…" };
    private readonly Option<string?> _from = new("--from") { Description = "First day that counts, or moment, UTC; bars before it only warm the indicators up.", HelpName = "yyyy-MM-dd" };
    private readonly Option<string?> _to = new("--to") { Description = "Last day that counts, or moment, UTC; a bar that ends at midnight is of the day before.", HelpName = "yyyy-MM-dd" };
    private readonly Option<string?> _json = new("--json") { Description = "Write everything, trades and equity included, as JSON.", HelpName = "FILE" };

    /// <summary>Runs a command line and answers the exit code: 0 done, 1 failed, 2 wrong usage.</summary>
    public async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("Run strategies of the platform over history: signals against the base rate, trades, money against buying and holding.")
        {
            _data, _strategy, _settings, _commission, _slippage, _short, _symbols, _format, _interval, _zone, _horizons, _from, _to, _json,
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
            StrategySettings settings = await SettingsAsync(parsed.GetValue(_settings), cancellationToken);
            IReadOnlyList<IStrategy> strategies = StrategiesOf(parsed.GetValue(_strategy)!, settings);
            BacktestRequest request = RequestOf(parsed);
            Check(request.Validate());
            BacktestOptions options = request.Options(time.GetUtcNow().ToUnixTimeMilliseconds());
            BacktestResult[] results =
            [
                .. from series in Read(request, options, cancellationToken)
                   from strategy in strategies
                   select Backtester.Run(series.Key, series.Value, strategy, options),
            ];
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

    private BacktestRequest RequestOf(ParseResult parsed) => new()
    {
        Datasets = Listed(parsed.GetValue(_data)), Symbols = Listed(parsed.GetValue(_symbols)), Format = parsed.GetValue(_format), Interval = parsed.GetValue(_interval),
        Zone = parsed.GetValue(_zone),
        CommissionBps = parsed.GetValue(_commission), SlippageBps = parsed.GetValue(_slippage), Short = parsed.GetValue(_short),
        Horizons = parsed.GetValue(_horizons) is { } horizons ? [.. Listed([horizons]).Select(Number)] : null,
        From = parsed.GetValue(_from), To = parsed.GetValue(_to),
    };

    private static string[] Listed(string[]? texts) =>
        [.. (texts ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new InvalidDataException($"horizons must be numbers of bars, but one is '{text}'.");

    // What is no bar is left out, as a replay does, but never silently.
    private SortedDictionary<string, IReadOnlyList<PriceBar>> Read(BacktestRequest request, BacktestOptions options, CancellationToken cancellationToken)
    {
        string name = string.Join(", ", request.DatasetNames());
        FileContent content = MarketFiles.Read(request.DatasetNames(), request.ReadSettings(), new ReadLimits(), cancellationToken);
        if (content.BadRowCount > 0)
            console.WriteLine($"{name}: {content.BadRowCount} rows are no bars and are left out; {string.Join("; ", content.BadRows.Take(MaxReasons))}");
        foreach (string warning in content.Warnings)
            console.WriteLine($"{name}: {warning}");
        SortedDictionary<string, IReadOnlyList<PriceBar>> series = MarketSeries.Of(content, request.Symbols, name);
        foreach (string outside in MarketSeries.LeaveOutside(series, options)) console.WriteLine(outside);
        return series.Count > 0 ? series : throw new InvalidDataException("No symbol has a bar in the range.");
    }

    private void Print(IReadOnlyList<BacktestResult> results)
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
