using DaprTrading.Conformance.Local;
using DaprTrading.Conformance.Running;

return await ConformanceProgram.RunAsync(args, LocalTarget.CreateAsync);
