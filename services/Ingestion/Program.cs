using DaprTrading.Contracts;
using DaprTrading.Ingestion;
using DaprTrading.Ingestion.BackPressure;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Ingestion, IngestionJson.Default);
builder.AddIngestion();

var app = builder.Build();

app.UseServiceDefaults();
app.MapIngest();
app.MapHeartbeatSubscription();
app.MapServiceDefaults();

await app.RunAsync();
