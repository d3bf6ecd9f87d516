using DaprTrading.LocalRuntime.Host.Cli;

return await CommandLine.RunAsync(args);
