using DaprTrading.Backtesting;
using DaprTrading.ServiceDefaults;
using DaprTrading.Visualization;
using DaprTrading.Visualization.Api;
using DaprTrading.Visualization.DeadLetters;
using DaprTrading.Visualization.Live;
using DaprTrading.Visualization.Web;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Visualization, VisualizationJson.Default, BacktestJobJson.Default);   // Dapr client, JSON, problem details, health, telemetry
builder.Services.AddVisualization();                                          // options, live board, hub, status, OpenAPI

var app = builder.Build();

app.UseServiceDefaults();
app.UsePageSecurity();                                                        // headers, own origin only
app.MapLiveSubscriptions();                                                   // every topic, on "broadcast", bulk
app.MapDeadLetterSubscriptions();                                             // what no service could handle, on "pubsub"
app.MapDashboardHub();                                                        // /hub
app.MapDashboardApi();                                                        // /api, /openapi/v1.json
app.MapServiceDefaults();                                                     // /healthz, /dapr/subscribe
app.MapPage();                                                                // the dashboard

await app.RunAsync();
