using DaprTrading.Generator;

return await GeneratorCommand.Create().Parse(args).InvokeAsync();
