using DaprTrading.Notification.Alerts;
using DaprTrading.Notification.Signals;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Notification;

/// <summary>Turns signals and points into notifications. A delivery is acknowledged when they are on the bus.</summary>
internal static class NotificationSubscriptions
{
    public static void MapNotificationSubscriptions(this IEndpointRouteBuilder routes)
    {
        routes.MapBulkSubscription<TradingSignal>(PubSubNames.Bus, Topics.Signals, HandleSignalsAsync);
        routes.MapBulkSubscription<IndicatorBatch>(PubSubNames.Bus, Topics.Indicators, HandlePointsAsync);
    }

    internal static async Task HandleSignalsAsync(BulkEvents<TradingSignal> events, HttpContext http, CancellationToken cancellationToken)
    {
        IServiceProvider services = http.RequestServices;
        NotificationOptions options = services.GetRequiredService<IOptions<NotificationOptions>>().Value;
        var coolDown = new CoolDown(options.CoolDownBars, options.CoolDown);
        var coolDowns = services.GetRequiredService<CoolDowns>();
        var guard = services.GetRequiredService<FloodGuard>();

        var notices = new List<Notice>();
        for (int i = 0; i < events.Count; i++)
        {
            if (events[i] is not { } signal)
            {
                continue;   // has no data: dropped already
            }

            string subject = $"{signal.Symbol}:{signal.Strategy}:{signal.Side}";
            if (await coolDowns.TryTellAsync(subject, coolDown, signal.N, signal.BarTime, cancellationToken) && guard.Allows(signal))
            {
                notices.Add(SignalNotices.Of(signal));
            }
        }

        await services.GetRequiredService<Notifier>().TellAsync(notices, cancellationToken);
    }

    internal static async Task HandlePointsAsync(BulkEvents<IndicatorBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        IServiceProvider services = http.RequestServices;
        IReadOnlyList<AlertRule> rules = await services.GetRequiredService<AlertRules>().ReadAsync(cancellationToken);
        if (rules.Count == 0)
        {
            return;
        }

        var coolDowns = services.GetRequiredService<CoolDowns>();
        var notices = new List<Notice>();
        for (int i = 0; i < events.Count; i++)
        {
            foreach (AlertHit hit in events[i] is { } batch ? AlertEvaluator.Evaluate(batch, rules) : [])
            {
                var coolDown = new CoolDown(hit.Rule.CooldownBars, TimeSpan.Zero);
                string subject = $"{hit.Rule.Id}:{hit.Symbol}";
                if (await coolDowns.TryTellAsync(subject, coolDown, hit.Point.N, hit.Point.Time, cancellationToken))
                {
                    notices.Add(hit.ToNotice());
                }
            }
        }

        await services.GetRequiredService<Notifier>().TellAsync(notices, cancellationToken);
    }
}
