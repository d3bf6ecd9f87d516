using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads one topic for one consumer group on a connection of its own and hands the entries to a handler.</summary>
internal sealed partial class RedisSubscription : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly RedisClient _client;
    private readonly RedisStreamOptions _options;
    private readonly RedisConsumerGroup _group;
    private readonly SemaphoreSlim _slots;
    private readonly MessageHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RunningHandlers _running;
    private readonly RedisReclaimer _reclaimer;
    private readonly CancellationTokenSource _reading = new();
    private readonly ConcurrentBag<CancellationTokenSource> _limits = [];
    private readonly BackOff _backOff = new();
    private volatile RedisConnection? _connection;
    private long _clientId;
    private Task _loops = Task.CompletedTask;
    private int _disposed;

    public RedisSubscription(
        RedisClient client, RedisStreamOptions options, RedisConsumerGroup group, SemaphoreSlim slots, MessageHandler handler, TimeProvider time, ILogger logger)
    {
        _client = client;
        _options = options;
        _group = group;
        _slots = slots;
        _handler = handler;
        _time = time;
        _logger = logger;
        _running = new RunningHandlers(time);
        _reclaimer = new RedisReclaimer(client, options, group, DispatchAsync, time);
    }

    /// <summary>Connects and creates the group; from then on nothing published is missed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        _loops = Task.WhenAll(Task.Run(ReadAsync), Task.Run(() => _reclaimer.RunAsync(_reading.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _running.BeginStop();
        await _reading.CancelAsync().ConfigureAwait(false);
        await UnblockAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(false);
        await _running.StopAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        _reading.Dispose();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        RedisConnection connection = await _client.OpenDedicatedAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await StreamCommands.CreateGroupAsync(connection, _group.Key).ConfigureAwait(false);
            Volatile.Write(ref _clientId, await StreamCommands.ClientIdAsync(connection).ConfigureAwait(false));
            _connection = connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ReadAsync()
    {
        while (!_reading.IsCancellationRequested)
        {
            try
            {
                if (_connection is null)
                {
                    await OpenAsync(_reading.Token).ConfigureAwait(false);
                    _reclaimer.LookNow();
                    Resumed(_group.Key.Group, _group.Key.Topic);
                }

                await ReadOnceAsync(_connection!).ConfigureAwait(false);
                _backOff.Reset();
            }
            catch (OperationCanceledException) when (_reading.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is ComponentException or RedisServerException or RedisProtocolException)
            {
                await RecoverAsync(failure).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadOnceAsync(RedisConnection connection)
    {
        StreamEntry[] entries;
        try
        {
            entries = await StreamCommands.ReadNewAsync(connection, _group.Key, _options.QueueDepth, (long)_options.ReadTimeout.TotalMilliseconds).ConfigureAwait(false);
        }
        catch (RedisServerException gone) when (gone.Is("NOGROUP") || gone.Is("UNBLOCKED"))
        {
            await StreamCommands.CreateGroupAsync(connection, _group.Key).ConfigureAwait(false);
            return;
        }

        foreach (StreamEntry entry in entries) _group.TryBegin(entry.Id);
        await DispatchAsync(entries).ConfigureAwait(false);
    }

    private async Task RecoverAsync(Exception failure)
    {
        Interrupted(_group.Key.Group, _group.Key.Topic, failure.Message);
        RedisConnection? broken = _connection;
        _connection = null;
        if (broken is not null) await broken.DisposeAsync().ConfigureAwait(false);
        try
        {
            await Task.Delay(_backOff.Next(), _time, _reading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    /// <summary>Starts a handler for each entry as places become free; on a stop the rest is given back.</summary>
    private async Task DispatchAsync(IReadOnlyList<StreamEntry> entries)
    {
        int next = 0;
        try
        {
            for (; next < entries.Count; next++)
            {
                await _slots.WaitAsync(_reading.Token).ConfigureAwait(false);
                _running.Enter();
                _ = HandleAsync(entries[next]);
            }
        }
        finally
        {
            for (; next < entries.Count; next++) _group.Release(entries[next].Id);
        }
    }

    private async Task HandleAsync(StreamEntry entry)
    {
        await Task.Yield();
        CancellationTokenSource limit = TakeLimit();
        CancellationTokenRegistration stop = _running.Stopped.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), limit);
        try
        {
            if (_options.Reclaims) limit.CancelAfter(_options.ProcessingTimeout);
            await _handler(new PubSubMessage(_group.Key.Topic, entry.Data, entry.Metadata), limit.Token).ConfigureAwait(false);
            _group.Acknowledge(entry.Id);
        }
        catch (Exception failure) when (_running.Stopping || failure is DeliveryAbandonedException)
        {
            _group.Release(entry.Id);
        }
        catch (Exception failure) when (limit.IsCancellationRequested)
        {
            TooSlow(_group.Key.Group, _group.Key.Topic, _options.ProcessingTimeout.TotalSeconds, failure.Message);
            _group.Abandon(entry.Id);
        }
        catch (DeliveryPostponedException postponed)
        {
            Postponed(_group.Key.Group, _group.Key.Topic, postponed.Message);
            await PostponeAsync(entry.Id).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Lost(_group.Key.Group, _group.Key.Topic, failure.Message);
            _group.Acknowledge(entry.Id);
        }
        finally
        {
            await stop.DisposeAsync().ConfigureAwait(false);
            if (limit.TryReset()) _limits.Add(limit);
            else limit.Dispose();
            _slots.Release();
            _running.Exit();
        }
    }

    // Left pending, it is reclaimed once it has been idle for long enough; where nothing is reclaimed it comes again from here.
    private async Task PostponeAsync(StreamId id)
    {
        if (_options.Reclaims)
        {
            _group.Abandon(id);
            return;
        }

        await _running.PauseAsync().ConfigureAwait(false);
        _group.Release(id);
    }

    private CancellationTokenSource TakeLimit() =>
        _limits.TryTake(out CancellationTokenSource? limit) ? limit : new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);

    // Ends a blocked read from outside, so that no entry is handed to a reader that no longer looks. Asked again until the loops have ended: the read
    // may just be on its way, or begin on a connection that is only now being opened.
    private async Task UnblockAsync()
    {
        long start = _time.GetTimestamp();
        while (!_loops.IsCompleted)
        {
            if (_connection is { Closed.IsCompleted: false } connection)
            {
                bool asked = _time.GetElapsedTime(start) < StopLimit && await TryUnblockAsync().ConfigureAwait(false);
                if (!asked) connection.Break("the subscription was stopped");
            }

            await Task.WhenAny(_loops, Task.Delay(Poll, _time)).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryUnblockAsync()
    {
        try
        {
            await StreamCommands.UnblockAsync(_client, Volatile.Read(ref _clientId), CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is ComponentException or RedisServerException)
        {
            return false;
        }
    }

    private async Task FlushAsync()
    {
        long start = _time.GetTimestamp();
        while (_group.Unacknowledged > 0 && _time.GetElapsedTime(start) < StopLimit)
        {
            await Task.Delay(Poll, _time).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "consumer {Group} of topic {Topic} is interrupted: {Problem}")]
    private partial void Interrupted(string group, string topic, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "consumer {Group} of topic {Topic} reads again")]
    private partial void Resumed(string group, string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "consumer {Group} of topic {Topic} did not handle a message within {Seconds} s: it comes again ({Problem})")]
    private partial void TooSlow(string group, string topic, double seconds, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "consumer {Group} of topic {Topic} neither handled a message nor put it aside: it comes again ({Problem})")]
    private partial void Postponed(string group, string topic, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "consumer {Group} of topic {Topic} did not handle a message, which is lost: {Problem}")]
    private partial void Lost(string group, string topic, string problem);
}
