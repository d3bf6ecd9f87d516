using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Notification.History;

/// <summary>The recent notifications and what of them has been read, shared by the replicas.</summary>
internal sealed class NoticeHistory(DaprClient dapr) : IDisposable
{
    private const string ReadKey = "read";
    private const int MaxAttempts = 20;
    private const int MaxRead = 5_100;
    private readonly StateLog<Notice> _log = new(dapr, StateStores.State, "notifications", static notice => notice.Id);

    /// <summary>Adds notifications; answers those that are new.</summary>
    public Task<IReadOnlyList<Notice>> AppendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken) =>
        _log.AppendAsync(notices, cancellationToken);

    /// <summary>The newest notifications, newest first.</summary>
    public async Task<IReadOnlyList<Notice>> ReadAsync(int limit, bool unreadOnly, CancellationToken cancellationToken)
    {
        ReadMarks? marks = await dapr.GetStateAsync<ReadMarks?>(StateStores.State, ReadKey, cancellationToken: cancellationToken);
        Func<Notice, bool> isRead = (marks ?? ReadMarks.None).ToTest();
        IReadOnlyList<Notice> found = await _log.ReadNewestAsync(
            limit, unreadOnly ? notice => !isRead(notice) : null, cancellationToken);
        return [.. found.Select(notice => notice with { Read = isRead(notice) })];
    }

    /// <summary>Marks notifications as read; answers how many are left.</summary>
    public async Task<int> MarkAsync(ReadRequest request, CancellationToken cancellationToken)
    {
        long newest = request.All == true
            ? (await _log.ReadNewestAsync(MaxRead, null, cancellationToken)).Select(notice => notice.IngestedAt).DefaultIfEmpty().Max()
            : 0;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (ReadMarks? before, string etag) = await dapr.GetStateAndETagAsync<ReadMarks?>(
                StateStores.State, ReadKey, cancellationToken: cancellationToken);
            ReadMarks marks = before ?? ReadMarks.None;
            marks = request.All == true ? marks.WithAllUpTo(newest) : marks.With(request.Ids ?? []);
            if (await dapr.TrySwapAsync(StateStores.State, ReadKey, marks, etag, cancellationToken))
            {
                Func<Notice, bool> isRead = marks.ToTest();
                return (await _log.ReadNewestAsync(MaxRead, notice => !isRead(notice), cancellationToken)).Count;
            }
        }

        throw new DaprException($"The read marks were changed by others {MaxAttempts} times in a row.");
    }

    public void Dispose() => _log.Dispose();
}
