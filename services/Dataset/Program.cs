using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Backtests;
using DaprTrading.Dataset.Replays;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Dataset, DatasetJson.Default, BacktestJobJson.Default);
builder.AddDataset();

var app = builder.Build();

app.UseServiceDefaults();
app.MapDatasets();
app.MapReplays();
app.MapBacktests();
app.MapServiceDefaults();

await app.RunAsync();
