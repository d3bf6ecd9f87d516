using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Trims streams to about a length, but not what a consumer group has still to read or to acknowledge.</summary>
/// <remarks>
/// <c>XADD … MAXLEN</c> would take unread entries with it. Instead the streams are looked at from time to time while entries are added. A group that nobody
/// reads for any more cannot make a stream grow for ever: at twice the length its entries go, too. A group named by a <c>{uuid}</c> that is nobody's
/// here is removed once nobody has read for it for a while: daprd leaves one behind at every start.
/// </remarks>
/// <param name="client">Connection.</param>
/// <param name="maxLen">About the length streams are trimmed to.</param>
/// <param name="strangers">Which groups are nobody's here, and how long they may be idle.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Log.</param>
internal sealed partial class RedisTrimmer(RedisClient client, long maxLen, RedisStrangers strangers, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int GroupsHoldUpTo = 2;
    private readonly ConcurrentDictionary<string, Stream> _streams = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>How many entries are added between two looks.</summary>
    private long Interval => Math.Clamp(maxLen / 100, 1, 1_000);

    /// <summary>Takes note of entries that were added, and trims when it is time.</summary>
    public void Added(string topic, int entries)
    {
        Stream stream = _streams.GetOrAdd(topic, static name => new Stream(name));
        if (Interlocked.Add(ref stream.AddedSince, entries) < Interval || Interlocked.Exchange(ref stream.Busy, 1) != 0) return;
        Interlocked.Exchange(ref stream.AddedSince, 0);
        stream.Trimming = Task.Run(() => TrimAsync(stream));
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        foreach (Stream stream in _streams.Values) await stream.Trimming.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task TrimAsync(Stream stream)
    {
        try
        {
            (long length, StreamGroupState[] groups) = await StreamCommands.LookAsync(client, stream.Topic, _disposed.Token).ConfigureAwait(false);
            if (length <= maxLen) return;
            if (IsDue(stream)) groups = await strangers.RemoveAsync(client, stream.Topic, groups, _disposed.Token).ConfigureAwait(false);
            if (groups.Length == 0)
            {
                await StreamCommands.TrimAsync(client, stream.Topic, maxLen, _disposed.Token).ConfigureAwait(false);
                return;
            }

            StreamId keep = await OldestNeededAsync(stream.Topic, groups).ConfigureAwait(false);
            length -= await TrimBeforeAsync(stream.Topic, keep, length - maxLen).ConfigureAwait(false);
            if (length <= GroupsHoldUpTo * maxLen) return;
            long lost = await StreamCommands.TrimAsync(client, stream.Topic, GroupsHoldUpTo * maxLen, _disposed.Token).ConfigureAwait(false);
            if (lost > 0 && Interlocked.Exchange(ref stream.Told, 1) == 0) UnreadTrimmed(stream.Topic, GroupsHoldUpTo * maxLen);
        }
        catch (Exception failure) when (failure is ComponentException or RedisServerException or RedisProtocolException or OperationCanceledException)
        {
            // Redis is away, or the topic is no stream: whoever adds the next entries hears of it and the next look comes.
        }
        finally
        {
            Interlocked.Exchange(ref stream.Busy, 0);
        }
    }

    private bool IsDue(Stream stream)
    {
        if (stream.LookedForStrangers is { } last && time.GetElapsedTime(last) < strangers.Interval) return false;
        stream.LookedForStrangers = time.GetTimestamp();
        return true;
    }

    private async Task<long> TrimBeforeAsync(string topic, StreamId keep, long most)
    {
        try
        {
            return await StreamCommands.TrimBeforeAsync(client, topic, keep, most, _disposed.Token).ConfigureAwait(false);
        }
        catch (RedisServerException refused) when (refused.Is("ERR"))
        {
            // A server before 6.2 can only trim by length.
            return await StreamCommands.TrimAsync(client, topic, maxLen, _disposed.Token).ConfigureAwait(false);
        }
    }

    private async Task<StreamId> OldestNeededAsync(string topic, StreamGroupState[] groups)
    {
        StreamId keep = groups[0].LastDelivered.Next;
        foreach (StreamGroupState group in groups)
        {
            StreamId needed = group.LastDelivered.Next;
            if (group.Pending > 0)
            {
                PendingEntry[] oldest = await StreamCommands.PendingAsync(client, new StreamGroup(topic, group.Name), default, 1, _disposed.Token).ConfigureAwait(false);
                if (oldest.Length > 0) needed = oldest[0].Id;
            }

            if (needed.IsBefore(keep)) keep = needed;
        }

        return keep;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "topic {Topic} has a consumer group that does not read: entries it has not read are trimmed beyond {Length} (`XINFO GROUPS {Topic}` names it)")]
    private partial void UnreadTrimmed(string topic, long length);

    private sealed class Stream(string topic)
    {
        public long AddedSince;
        public int Busy;
        public int Told;

        public string Topic => topic;

        public long? LookedForStrangers { get; set; }

        public Task Trimming { get; set; } = Task.CompletedTask;
    }
}
