using System.Runtime.InteropServices;
using Dapr.AspNetCore;

namespace DaprTrading.ServiceDefaults;

/// <summary>Tells an event that can never be handled from one that cannot be handled now. Thread-safe.</summary>
/// <remarks>
/// An event that fails is delivered again without end. It is poison once it has failed for <see cref="Limit"/> while broker and state store were reached all the
/// time: then it goes to the dead-letter topic. Time in which they were not says nothing about the event. What is remembered is bounded; an event there is no room for
/// is delivered again until there is.
/// </remarks>
internal sealed class FailingEvents(DaprReach reach, TimeProvider time)
{
    /// <summary>How long an event may fail.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Most events remembered.</summary>
    internal const int MaxEvents = 20_000;

    /// <summary>An event that did not come again for this long went to another process, or was handled at last.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, string Id), Failing> _failing = [];

    /// <summary>Of the events to be retried, drops those that are poison.</summary>
    /// <returns>How many those are.</returns>
    public int Decide<TEvent>(string topic, BulkEvents<TEvent> events)
        where TEvent : class
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds(), reachedSince = reach.Since();
        int dropped = 0;
        lock (_lock)
        {
            for (int i = 0; i < events.Count; i++)
            {
                if (events.IdOf(i) is not { } id) continue;
                if (events.StatusOf(i) != BulkSubscribeAppResponseStatus.RETRY || events.IsPostponed(i))
                {
                    if (_failing.Count > 0) _failing.Remove((topic, id));
                }
                else if (IsPoison((topic, id), now, reachedSince))
                {
                    events.Drop(i);
                    dropped++;
                }
            }
        }

        return dropped;
    }

    private bool IsPoison((string Topic, string Id) key, long now, long reachedSince)
    {
        if (_failing.Count >= MaxEvents && !_failing.ContainsKey(key))
        {
            ForgetOld(now);
            if (_failing.Count >= MaxEvents) return false;
        }

        ref Failing failing = ref CollectionsMarshal.GetValueRefOrAddDefault(_failing, key, out bool known);
        failing = new Failing(known ? failing.Since : now, now);
        if (now - Math.Max(failing.Since, reachedSince) < Limit.TotalMilliseconds) return false;
        _failing.Remove(key);
        return true;
    }

    private void ForgetOld(long now)
    {
        foreach (var (key, failing) in _failing)
        {
            if (now - failing.Seen > Forgotten.TotalMilliseconds) _failing.Remove(key);
        }
    }

    /// <param name="Since">When it failed first.</param>
    /// <param name="Seen">When it failed last.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Failing(long Since, long Seen);
}
