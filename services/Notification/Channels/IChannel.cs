namespace DaprTrading.Notification.Channels;

/// <summary>A way to tell people besides the dashboard.</summary>
internal interface IChannel
{
    /// <summary>As it is shown, e.g. <c>webhook</c>.</summary>
    string Name { get; }

    /// <summary>Most notifications of one sending.</summary>
    int BatchSize { get; }

    /// <summary>Sends; throws when they did not arrive.</summary>
    Task SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken);
}

/// <summary>How a channel is doing.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Sent">Notifications that arrived, since the start of this instance.</param>
/// <param name="Failed">Notifications that did not arrive after all attempts, or found no room in the queue.</param>
/// <param name="Queued">Notifications that wait.</param>
/// <param name="LastError">Why the last failure happened; null when there was none.</param>
/// <param name="LastErrorAt">When, Unix milliseconds, UTC.</param>
internal sealed record ChannelStatus(string Name, long Sent, long Failed, int Queued, string? LastError, long? LastErrorAt);
