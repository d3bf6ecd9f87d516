using System.Globalization;
using DaprTrading.LocalRuntime.Components;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>The bare operations, by the runtime's own Redis client, so that only the way between differs.</summary>
internal sealed class BareRedis : IAsyncDisposable
{
    private const int MaxLength = 100_000, ReadAtOnce = 512;
    private readonly RedisClient _client;
    private readonly RedisConnection _reader;

    private BareRedis(RedisClient client, RedisConnection reader) => (_client, _reader) = (client, reader);

    /// <summary>Connects: one connection for commands, one for reads that block, as a subscription has.</summary>
    public static async Task<BareRedis> OpenAsync(string address, CancellationToken cancellationToken)
    {
        string[] parts = address.Split(':');
        var options = new RedisOptions { Host = parts[0], Port = int.Parse(parts[1], CultureInfo.InvariantCulture), Label = "bench" };
        var client = new RedisClient(options, TimeProvider.System, NullLogger.Instance);
        await client.StartAsync(cancellationToken);
        return new BareRedis(client, await client.OpenDedicatedAsync(cancellationToken));
    }

    /// <summary>Adds so many events to a stream in one go and returns when Redis has them.</summary>
    public Task AddAsync(string topic, ReadOnlyMemory<byte> data, int count, CancellationToken cancellationToken) =>
        _client.SendAsync((topic, data, count), EncodeAdds, count, (ref RespReader reader) => Skip(ref reader, count), cancellationToken);

    /// <summary>Saves a state as the state store does.</summary>
    public Task SaveAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        StateCommands.CallAsync(_client, new StateCall(key, "0", value, FirstWrite: false, "", Deletes: false), cancellationToken);

    /// <summary>Sets when Redis syncs its log to the disk: <c>always</c>, <c>everysec</c> or <c>no</c>.</summary>
    public Task SetSyncAsync(string mode, CancellationToken cancellationToken) => _client.SendAsync(mode, EncodeSync, 1, (ref RespReader reader) => Skip(ref reader, 1), cancellationToken);

    /// <summary>Makes the group of a stream.</summary>
    public Task CreateGroupAsync(string topic) => StreamCommands.CreateGroupAsync(_reader, new StreamGroup(topic, topic));

    /// <summary>Reads and acknowledges until so many events have come; what is read while an acknowledgement is under way is acknowledged with the next one.</summary>
    public async Task ConsumeAsync(string topic, int events, CancellationToken cancellationToken)
    {
        var group = new StreamGroup(topic, topic);
        Task<long> acknowledging = Task.FromResult(0L);
        for (int read = 0; read < events;)
        {
            StreamEntry[] entries = await StreamCommands.ReadNewAsync(_reader, group, ReadAtOnce, 1000);
            read += entries.Length;
            await acknowledging;
            if (entries.Length > 0) acknowledging = StreamCommands.AcknowledgeAsync(_client, group, [.. entries.Select(entry => entry.Id)], cancellationToken);
        }

        await acknowledging;
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _client.DisposeAsync();
    }

    private static void EncodeAdds(ref RespWriter writer, (string Topic, ReadOnlyMemory<byte> Data, int Count) state)
    {
        for (int i = 0; i < state.Count; i++)
        {
            writer.Begin(10);
            writer.Add("XADD"u8);
            writer.Add(state.Topic);
            writer.Add("MAXLEN"u8);
            writer.Add("~"u8);
            writer.Add(MaxLength);
            writer.Add("*"u8);
            writer.Add("data"u8);
            writer.Add(state.Data.Span);
            writer.Add("metadata"u8);
            writer.Add("{}"u8);
        }
    }

    private static void EncodeSync(ref RespWriter writer, string mode)
    {
        writer.Begin(4);
        writer.Add("CONFIG"u8);
        writer.Add("SET"u8);
        writer.Add("appendfsync"u8);
        writer.Add(mode);
    }

    private static bool Skip(ref RespReader reader, int count)
    {
        for (int i = 0; i < count; i++) reader.Skip();
        return true;
    }
}
