using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>scale</c>: changes the number of instances of an app while it runs.</summary>
internal static class ScaleCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var app = new Argument<string>("APP") { Description = "App id." };
        var instances = new Argument<int>("N") { Description = "Wanted number of instances." };
        Option<string?> data = CommandLine.DataOption();
        var command = new Command("scale", "Add or remove instances of an app while everything runs.") { app, instances, data };
        command.SetAction((parsed, cancellationToken) => ControlCommand.RunAsync(
            parsed.GetValue(data), client => client.ScaleAsync(parsed.GetRequiredValue(app), parsed.GetRequiredValue(instances), cancellationToken)));
        return command;
    }
}

/// <summary><c>kill</c>: ends a process on purpose, to see the system mend itself.</summary>
internal static class KillCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var app = new Argument<string>("APP") { Description = "App id, a server (redis, rabbitmq, postgres) or generator." };
        var instance = new Argument<int>("INSTANCE") { Description = "Number of the instance (default: 0).", DefaultValueFactory = _ => 0 };
        Option<string?> data = CommandLine.DataOption();
        var command = new Command("kill", "Kill a process on purpose (kill -9); it is started again.") { app, instance, data };
        command.SetAction((parsed, cancellationToken) => ControlCommand.RunAsync(
            parsed.GetValue(data), client => client.KillAsync(parsed.GetRequiredValue(app), parsed.GetValue(instance), cancellationToken)));
        return command;
    }
}

/// <summary>What commands to a running system share.</summary>
internal static class ControlCommand
{
    /// <summary>Sends a command and prints the answer.</summary>
    public static async Task<int> RunAsync(string? data, Func<ControlClient, Task<ControlAnswer>> act)
    {
        using ControlClient client = ControlClient.Connect(DataDirectory.Resolve(data, Workspace.Find()));
        ControlAnswer answer = await act(client);
        if (!answer.Done) throw new UserException(answer.Message);

        Console.WriteLine(answer.Message);
        return ExitCode.Ok;
    }
}
