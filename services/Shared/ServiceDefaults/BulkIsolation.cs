using System.Diagnostics;

namespace DaprTrading.ServiceDefaults;

/// <summary>Keeps an event that cannot be handled from taking others with it.</summary>
public static class BulkIsolation
{
    /// <summary>How long events that failed together are tried one by one: who fails at all of them is not searched for the one.</summary>
    private static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(2);

    /// <summary>Positions of the events that can be handled; what never can is dropped. An event without data is dropped already.</summary>
    /// <param name="events">The delivery.</param>
    /// <param name="problemOf">What is wrong with an event; null when nothing is.</param>
    /// <param name="dropped">Told what was wrong.</param>
    public static List<int> DropUnsound<TEvent>(this BulkEvents<TEvent> events, Func<TEvent, string?> problemOf, Action<string> dropped)
        where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(problemOf);
        ArgumentNullException.ThrowIfNull(dropped);
        var sound = new List<int>(events.Count);
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default) continue;
            if (problemOf(events[i]) is not { } problem)
            {
                sound.Add(i);
                continue;
            }

            dropped(problem);
            events.Drop(i);
        }

        return sound;
    }

    /// <summary>Handles events of a delivery together. When that fails, each is tried on its own, and those that fail come again.</summary>
    /// <param name="events">The delivery.</param>
    /// <param name="positions">Positions of the events.</param>
    /// <param name="handle">Handles the events at some of these positions; must be fit to be repeated.</param>
    /// <param name="cancellationToken">Ends the delivery.</param>
    /// <returns>The first failure; null when there was none.</returns>
    public static async Task<Exception?> HandleTogetherAsync<TEvent>(
        this BulkEvents<TEvent> events, IReadOnlyList<int> positions, Func<IReadOnlyList<int>, CancellationToken, Task> handle,
        CancellationToken cancellationToken)
        where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentNullException.ThrowIfNull(handle);
        Exception? failure = null;
        long failedAt = 0;
        if (positions.Count == 0 || await TryAsync(positions)) return null;
        foreach (int position in positions)
        {
            bool tried = positions.Count > 1 && Stopwatch.GetElapsedTime(failedAt) <= SearchLimit;
            if (!tried || !await TryAsync([position])) events.Retry(position);
        }

        return failure;

        async Task<bool> TryAsync(IReadOnlyList<int> part)
        {
            try
            {
                await handle(part, cancellationToken);
                return true;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (failure is null) failedAt = Stopwatch.GetTimestamp();
                failure ??= e;
                return false;
            }
        }
    }
}
