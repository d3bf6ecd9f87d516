using System.Diagnostics.Metrics;

namespace DaprTrading.Notification;

/// <summary>What this service counts.</summary>
internal sealed class NotificationMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _notifications = meters.Create("DaprTrading.Notification").CreateCounter<long>(
        "daprtrading.notification.notifications", "{notification}", "Notifications that were told for the first time.");

    /// <summary>Counts new notifications.</summary>
    public void Told(long count) => _notifications.Add(count);
}
