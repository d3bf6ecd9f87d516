using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapr.Actors.Runtime;
using DaprTrading.Tests.Fenced;

var builder = WebApplication.CreateBuilder(args);
int port = int.Parse(builder.Configuration["APP_PORT"]!, CultureInfo.InvariantCulture);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(FenceLog.InFolder(Path.Combine(builder.Configuration["DAPRTRADING_DATA"]!, "fenced")));
builder.Services.AddSingleton(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{builder.Configuration["DAPR_HTTP_PORT"]}") });
builder.Services.AddActors(options =>
{
    options.Actors.RegisterActor<FencedActor>();
    options.JsonSerializerOptions = new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = JsonTypeInfoResolver.Combine(FenceJson.Default) };
    options.ActorIdleTimeout = TimeSpan.FromSeconds(2);          // idle deactivations mix with the moves
    options.DrainOngoingCallTimeout = TimeSpan.FromMilliseconds(500);
});

var app = builder.Build();
app.MapGet("/healthz", () => Results.Ok());
app.MapActorsHandlers();
await app.RunAsync();
