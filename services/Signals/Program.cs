using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.Evaluation;
using DaprTrading.Signals.History;
using DaprTrading.Signals.Settings;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Signals, SignalsJson.Default);
builder.AddSignals();

var app = builder.Build();

app.UseServiceDefaults();
app.MapIndicatorSubscription();
app.MapMarketEventSubscription();
app.MapSignalEndpoints();
app.MapStrategyEndpoints();
app.MapContextEndpoints();
app.MapServiceDefaults();

await app.RunAsync();
