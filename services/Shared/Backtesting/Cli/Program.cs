using DaprTrading.Backtesting.Cli;
using Spectre.Console;

if (args is [ReportCommand.Name, ..]) return await ReportCommand.RunAsync(args[1..], Console.Out, Console.Error);

IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
    console.Profile.Width = 160;
}

return await new BacktestCommand(console, Console.Error, TimeProvider.System).RunAsync(args);
