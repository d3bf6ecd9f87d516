using DaprTrading.Contracts;
using DaprTrading.Gateway;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Gateway, GatewayJson.Default);
builder.AddGateway();

var app = builder.Build();

app.UseServiceDefaults();
app.UseRateLimiter();
app.MapForwarding();
app.MapServiceDefaults();

await app.RunAsync();
