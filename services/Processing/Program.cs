using DaprTrading.Contracts;
using DaprTrading.Processing;
using DaprTrading.Processing.Bars;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Processing, ProcessingJson.Default);
builder.AddProcessing();

var app = builder.Build();

app.UseServiceDefaults();
app.MapBarSubscription();
app.MapActorsHandlers();
app.MapServiceDefaults();

await app.RunAsync();
