using DaprTrading.LocalRuntime.Host.Cli;
using DaprTrading.LocalRuntime.Host.Processes;

if (args is ["up", ..])
{
    SocketThreads.HandleInline();
    Scheduling.PreferThroughput();
}

return await CommandLine.RunAsync(args);
