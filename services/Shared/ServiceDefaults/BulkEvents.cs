using Dapr.AspNetCore;

namespace DaprTrading.ServiceDefaults;

/// <summary>The events of one bulk delivery and what becomes of each. An event that is not marked counts as handled.</summary>
/// <typeparam name="TEvent">Type of the event.</typeparam>
public sealed class BulkEvents<TEvent>
    where TEvent : class
{
    private readonly List<BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>> _entries;
    private readonly BulkSubscribeAppResponseStatus[] _statuses;
    private readonly HashSet<int> _postponed = [];

    internal BulkEvents(List<BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>> entries)
    {
        _entries = entries;
        _statuses = new BulkSubscribeAppResponseStatus[entries.Count];
    }

    /// <summary>Events for a handler, outside of a delivery.</summary>
    public BulkEvents(IReadOnlyList<TEvent> events)
        : this([.. events.Select((e, i) => new BulkSubscribeMessageEntry<BulkMessageModel<TEvent>>(
            i.ToString(), "application/cloudevents+json", [], new BulkMessageModel<TEvent>(i.ToString(), "", "", "1.0", "application/json", e)))])
    {
    }

    /// <summary>Number of events.</summary>
    public int Count => _entries.Count;

    /// <summary>The event at a position.</summary>
    public TEvent this[int index] => _entries[index].Event.Data;

    /// <summary>What was decided for the event at a position.</summary>
    public BulkSubscribeAppResponseStatus StatusOf(int index) => _statuses[index];

    /// <summary>The id of the event, the same in every delivery; null when it has none.</summary>
    internal string? IdOf(int index) => _entries[index].Event?.Id;

    /// <summary>Has the event delivered again, as the resiliency policy says, until it is handled or has proved to be poison.</summary>
    public void Retry(int index) => _statuses[index] = BulkSubscribeAppResponseStatus.RETRY;

    /// <summary>Has the event delivered again for as long as it takes: what it waits for is not there yet, and that is not its own fault.</summary>
    public void Postpone(int index)
    {
        Retry(index);
        _postponed.Add(index);
    }

    /// <summary>Whether the event waits for something else.</summary>
    internal bool IsPostponed(int index) => _postponed.Contains(index);

    /// <summary>Sends the event to the dead-letter topic: it can never be handled.</summary>
    public void Drop(int index) => _statuses[index] = BulkSubscribeAppResponseStatus.DROP;

    /// <summary>Has every event delivered again.</summary>
    public void RetryAll() => Array.Fill(_statuses, BulkSubscribeAppResponseStatus.RETRY);

    /// <summary>Has every event delivered again that was not dropped.</summary>
    internal void RetryTheRest()
    {
        for (int i = 0; i < _statuses.Length; i++)
        {
            if (_statuses[i] != BulkSubscribeAppResponseStatus.DROP) Retry(i);
        }
    }

    internal BulkSubscribeAppResponse ToResponse()
    {
        var statuses = new List<BulkSubscribeAppResponseEntry>(_entries.Count);
        for (int i = 0; i < _entries.Count; i++) statuses.Add(new BulkSubscribeAppResponseEntry(_entries[i].EntryId, _statuses[i]));
        return new BulkSubscribeAppResponse(statuses);
    }

    /// <summary>Tells a mark of every event that was handled.</summary>
    internal void MarkHandled(HandledMark mark)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (_statuses[i] == BulkSubscribeAppResponseStatus.SUCCESS) mark.Handled(_entries[i].Event.Data);
        }
    }

    /// <summary>Events without data, or with data that is no <typeparamref name="TEvent"/>.</summary>
    /// <returns>How many there are.</returns>
    internal int DropWithoutData()
    {
        int dropped = 0;
        for (int i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Event?.Data is not null) continue;
            Drop(i);
            dropped++;
        }

        return dropped;
    }

    /// <summary>Events sent to the dead-letter topic so far.</summary>
    internal int Dropped => _statuses.Count(status => status == BulkSubscribeAppResponseStatus.DROP);
}

/// <summary>Handles one bulk delivery. Marks events to be retried or dropped; an exception has all of them retried.</summary>
/// <typeparam name="TEvent">Type of the event.</typeparam>
public delegate Task BulkHandler<TEvent>(BulkEvents<TEvent> events, HttpContext http, CancellationToken cancellationToken)
    where TEvent : class;

/// <summary>How the sidecar gathers events into one delivery.</summary>
/// <param name="MaxMessages">Most events of one delivery.</param>
/// <param name="MaxAwait">Longest wait for more events after the first.</param>
public sealed record BulkSubscriptionSettings(int MaxMessages = 200, TimeSpan? MaxAwait = null)
{
    /// <summary>Whether what cannot be handled goes to the topic's dead-letter topic; otherwise it is let go.</summary>
    public bool KeepsDead { get; init; } = true;

    internal int MaxAwaitMs => (int)(MaxAwait ?? TimeSpan.FromMilliseconds(50)).TotalMilliseconds;
}
