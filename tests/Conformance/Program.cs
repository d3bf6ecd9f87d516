using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

return await ConformanceProgram.RunAsync(args, ExternalTarget.CreateAsync);
