using DaprTrading.Contracts;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Replays;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Dataset, DatasetJson.Default);
builder.AddDataset();

var app = builder.Build();

app.UseServiceDefaults();
app.MapDatasets();
app.MapReplays();
app.MapServiceDefaults();

await app.RunAsync();
