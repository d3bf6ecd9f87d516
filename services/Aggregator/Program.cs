using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Aggregator, AggregatorJson.Default);   // Dapr client, JSON, problem details, health, telemetry
builder.Services.AddAggregator();                                       // options, SummaryActor, history, publisher

var app = builder.Build();

app.UseServiceDefaults();
app.MapSymbolSubscriptions();                                           // topics "indicators" and "signals", bulk
app.MapSymbolEndpoints();                                               // GET /symbols…
app.MapAccuracyEndpoints();                                             // GET /accuracy
app.MapActorsHandlers();
app.MapServiceDefaults();                                               // /healthz, /dapr/subscribe

await app.RunAsync();
