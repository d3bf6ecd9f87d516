using DaprTrading.Notification;
using DaprTrading.Notification.Alerts;
using DaprTrading.Notification.History;
using DaprTrading.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(AppIds.Notification, NotificationJson.Default);   // Dapr client, JSON, problem details, health, telemetry
builder.Services.AddNotification(builder.Configuration);                    // options, history, alert rules, flood guard, channels

var app = builder.Build();

app.UseServiceDefaults();
app.MapNotificationSubscriptions();                                         // topics "signals" and "indicators", bulk
app.MapNoticeEndpoints();                                                   // GET /notifications, POST /notifications/read
app.MapAlertEndpoints();                                                    // GET, POST /alerts, DELETE /alerts/{id}
app.MapChannelEndpoints();                                                  // GET /channels
app.MapServiceDefaults();                                                   // /healthz, /dapr/subscribe

await app.RunAsync();
