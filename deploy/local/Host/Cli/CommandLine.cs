using System.CommandLine;
using System.CommandLine.Help;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary>The project's command line.</summary>
internal static class CommandLine
{
    private static readonly string[] PassingOn = ["generate", "bench", BacktestCommand.Name, ConformanceCommand.Name];

    /// <summary>Runs a command line and answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        using var interrupt = new Interrupt();
        try
        {
            // Commands that hand everything on: --help and unknown options belong to the program behind them.
            if (args.Length > 0 && PassingOn.Contains(args[0], StringComparer.Ordinal))
            {
                return await (args[0] switch
                {
                    "generate" => GenerateCommand.RunAsync(args[1..], interrupt.Stop),
                    BacktestCommand.Name => BacktestCommand.RunAsync(args[1..], interrupt.Stop),
                    ConformanceCommand.Name => ConformanceCommand.RunAsync(args[1..], interrupt.Stop),
                    _ => BenchCommand.RunAsync(args[1..], interrupt.Stop),
                });
            }

            ParseResult parsed = Root(interrupt).Parse(args.Length == 0 ? ["--help"] : args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync("error: " + error.Message);
                await Console.Error.WriteLineAsync("See ./run --help, or ./run COMMAND --help.");
                return ExitCode.Usage;
            }

            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, interrupt.Stop);
        }
        catch (UserException e)
        {
            await Console.Error.WriteLineAsync("error: " + e.Message);
            return ExitCode.Failed;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"error: the runtime does not answer: {e.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (interrupt.Stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("interrupted");
            return ExitCode.Failed;
        }
    }

    /// <summary>The <c>--data</c> option.</summary>
    public static Option<string?> DataOption() => new("--data")
    {
        Description = "Data folder of the system (default: $DAPRTRADING_DATA, else .data); several systems run side by side with a folder each.",
        HelpName = "DIR",
    };

    private static Command Root(Interrupt interrupt) => new("./run", "DaprTrading: a market-data platform on Dapr, with its local runtime.")
    {
        new HelpOption { Description = "Show what a command does and its options." },
        UpCommand.Create(interrupt), DownCommand.Create(), StatusCommand.Create(), LogsCommand.Create(), ScaleCommand.Create(), KillCommand.Create(),
        DeadLettersCommand.Create(),
        GenerateCommand.Create(), ReplayCommand.Create(), BuildCommand.Create(), TestCommand.Create(), BenchCommand.Create(), ConformanceCommand.Create(), BacktestCommand.Create(), ReportCommand.Create(),
        PublishAppsCommand.Create(), DoctorCommand.Create(),
    };
}
