using System.CommandLine;
using System.Text.Json;
using DaprTrading.Strategies;
using Spectre.Console;

namespace DaprTrading.Backtesting.Cli;

/// <summary><c>backtest</c>: runs strategies over files.</summary>
internal sealed class BacktestCommand(IBarReader reader, IAnsiConsole console, TextWriter errors, TimeProvider time)
{
    private const string AllStrategies = "all";

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "CSV files with a header: date or timestamp, open, high, low, close, volume, perhaps symbol.",
        HelpName = "FILE.csv[,FILE...]", Required = true, AllowMultipleArgumentsPerToken = true,
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
    private readonly Option<string?> _json = new("--json") { Description = "Write everything, trades and equity included, as JSON.", HelpName = "FILE" };

    /// <summary>Runs a command line and answers the exit code: 0 done, 1 failed, 2 wrong usage.</summary>
    public async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("Run strategies of the platform over history: signals against the base rate, trades, money against buying and holding.")
        {
            _data, _strategy, _settings, _commission, _slippage, _short, _json,
        };
        command.SetAction(RunAsync);
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        foreach (var error in parsed.Errors) await errors.WriteLineAsync("error: " + error.Message);
        return 2;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new BacktestOptions
        {
            CommissionBps = parsed.GetValue(_commission), SlippageBps = parsed.GetValue(_slippage), AllowShort = parsed.GetValue(_short),
            AsOf = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        try
        {
            Check(options.Validate());
            StrategySettings settings = await SettingsAsync(parsed.GetValue(_settings), cancellationToken);
            IReadOnlyList<IStrategy> strategies = StrategiesOf(parsed.GetValue(_strategy)!, settings);
            var results = new List<BacktestResult>();
            foreach (string file in parsed.GetValue(_data)!.SelectMany(files => files.Split(',', StringSplitOptions.RemoveEmptyEntries)))
            {
                foreach ((string symbol, IReadOnlyList<PriceBar> bars) in reader.Read(file))
                    results.AddRange(strategies.Select(strategy => Backtester.Run(symbol, bars, strategy, options)));
            }

            Print(results);
            if (parsed.GetValue(_json) is { } path)
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(results, BacktestJson.Default.IReadOnlyListBacktestResult), cancellationToken);
            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IOException or UnauthorizedAccessException or JsonException)
        {
            await errors.WriteLineAsync("error: " + e.Message);
            return 1;
        }
    }

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
        StrategySettings settings = await JsonSerializer.DeserializeAsync(stream, CliJson.Default.StrategySettings, cancellationToken) ?? StrategySettings.Default;
        Check(settings.Validate());
        return settings;
    }

    private static void Check(IReadOnlyDictionary<string, string[]> invalid)
    {
        foreach ((string field, string[] messages) in invalid)
            throw new InvalidDataException($"{field} {messages[0]}");
    }
}
