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

    internal static Task HandleSignalsAsync(BulkEvents<TradingSignal> events, HttpContext http, CancellationToken cancellationToken)
    {
        IServiceProvider services = http.RequestServices;
        return HandleAsync(events, services, EventCheck.Find, TellAsync, cancellationToken);

        async Task TellAsync(IReadOnlyList<int> part, CancellationToken ct)
        {
            NotificationOptions options = services.GetRequiredService<IOptions<NotificationOptions>>().Value;
            var coolDown = new CoolDown(options.CoolDownBars, options.CoolDown);
            var coolDowns = services.GetRequiredService<CoolDowns>();
            var guard = services.GetRequiredService<FloodGuard>();
            var notices = new List<Notice>();
            foreach (TradingSignal signal in part.Select(i => events[i]))
            {
                string subject = $"{signal.Symbol}:{signal.Strategy}:{signal.Side}";
                if (await coolDowns.TryTellAsync(subject, coolDown, new Told(signal.N, signal.BarTime, signal.IngestedAt), ct) && guard.Allows(signal))
                {
                    notices.Add(SignalNotices.Of(signal));
                }
            }

            await services.GetRequiredService<Notifier>().TellAsync(notices, ct);
        }
    }

    internal static async Task HandlePointsAsync(BulkEvents<IndicatorBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        IServiceProvider services = http.RequestServices;
        IReadOnlyList<AlertRule> rules = await services.GetRequiredService<AlertRules>().ReadAsync(cancellationToken);
        await HandleAsync(events, services, EventCheck.Find, TellAsync, cancellationToken);

        async Task TellAsync(IReadOnlyList<int> part, CancellationToken ct)
        {
            var coolDowns = services.GetRequiredService<CoolDowns>();
            var notices = new List<Notice>();
            foreach (AlertHit hit in part.SelectMany(i => AlertEvaluator.Evaluate(events[i], rules)))
            {
                var coolDown = new CoolDown(hit.Rule.CooldownBars, TimeSpan.Zero);
                if (await coolDowns.TryTellAsync($"{hit.Rule.Id}:{hit.Symbol}", coolDown, new Told(hit.Point.N, hit.Point.Time, hit.Point.IngestedAt), ct))
                {
                    notices.Add(hit.ToNotice());
                }
            }

            await services.GetRequiredService<Notifier>().TellAsync(notices, ct);
        }
    }

    /// <summary>What can never be told goes to the dead-letter topic alone; what fails together is tried one by one.</summary>
    private static async Task HandleAsync<TEvent>(
        BulkEvents<TEvent> events, IServiceProvider services, Func<TEvent, string?> problemOf,
        Func<IReadOnlyList<int>, CancellationToken, Task> tell, CancellationToken cancellationToken)
        where TEvent : class
    {
        var logger = services.GetRequiredService<ILogger<Notifier>>();
        List<int> sound = events.DropUnsound(problemOf, logger.EventDropped);
        if (await events.HandleTogetherAsync(sound, tell, cancellationToken) is { } failure)
        {
            logger.NotTold(sound.Count, failure);
        }
    }
}

internal static partial class NotificationSubscriptionsLog
{
    [LoggerMessage(5001, LogLevel.Warning, "An event {Problem}; it went to the dead-letter topic")]
    public static partial void EventDropped(this ILogger logger, string problem);

    [LoggerMessage(5002, LogLevel.Warning, "Of {Events} events together not all could be told; those that cannot be told alone come again")]
    public static partial void NotTold(this ILogger logger, int events, Exception exception);
}
