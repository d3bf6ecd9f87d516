using System.CommandLine;
using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Running;
using Spectre.Console;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>status</c>: shows what runs.</summary>
internal static class StatusCommand
{
    private const int WidthWithoutTerminal = 160;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print a JSON document: addresses, apps, instances, ports, processes." };
        Option<string?> data = CommandLine.DataOption();
        var command = new Command("status", "Show apps, instances, process ids, health, restarts, actors and rates.") { json, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(json), parsed.GetValue(data), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool json, string? dataOption, CancellationToken cancellationToken)
    {
        DataDirectory data = DataDirectory.Resolve(dataOption, Workspace.Find());
        StatusDocument status = new() { State = RunStates.Stopped, DataDirectory = data.Path };
        if (RuntimeRecord.Find(data) is { } runtime)
        {
            using var client = new ControlClient(runtime);
            status = await client.StatusAsync(cancellationToken);
        }

        if (json) Console.WriteLine(JsonSerializer.Serialize(status, ReadableJson.Default.StatusDocument));
        else Print(status);
        return status.State == RunStates.Stopped ? ExitCode.Failed : ExitCode.Ok;
    }

    private static void Print(StatusDocument status)
    {
        if (status.State == RunStates.Stopped)
        {
            Console.WriteLine($"Nothing runs on {status.DataDirectory}. Start it with ./run up.");
            return;
        }

        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            console.Profile.Width = WidthWithoutTerminal;
        }

        console.Write(StatusView.Table(status));
    }
}
