using DaprTrading.LocalRuntime.Host.Cli;
using DaprTrading.LocalRuntime.Host.Processes;

if (args is ["up", ..]) SocketThreads.HandleInline();
return await CommandLine.RunAsync(args);
