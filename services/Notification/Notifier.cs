using Dapr;
using Dapr.Client;
using DaprTrading.Notification.Channels;
using DaprTrading.Notification.History;

namespace DaprTrading.Notification;

/// <summary>Tells people: on the bus for every dashboard, in the history, and through the channels.</summary>
/// <remarks>
/// The bus comes first and every time: a repeat has the same id and is recognised there. The history says what is new; only that is counted and
/// goes through the channels.
/// </remarks>
internal sealed class Notifier(DaprClient dapr, NoticeHistory history, IEnumerable<ChannelWorker> channels, NotificationMetrics metrics)
{
    /// <summary>Returns when the notifications are on the bus and in the history; throws when they may not be.</summary>
    public async Task TellAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        if (notices.Count == 0)
        {
            return;
        }

        BulkPublishResponse<Notice> response =
            await dapr.BulkPublishEventAsync(PubSubNames.Bus, Topics.Notifications, notices, cancellationToken: cancellationToken);
        if (response.FailedEntries.Count > 0)
        {
            throw new DaprException(
                $"The broker did not take {response.FailedEntries.Count} of {notices.Count} notifications: {response.FailedEntries[0].ErrorMessage}");
        }

        IReadOnlyList<Notice> fresh = await history.AppendAsync(notices, cancellationToken);
        metrics.Told(fresh.Count);
        foreach (ChannelWorker channel in channels)
        {
            foreach (Notice notice in fresh)
            {
                channel.Offer(notice);
            }
        }
    }
}
