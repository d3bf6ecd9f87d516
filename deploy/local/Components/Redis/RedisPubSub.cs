using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>pubsub.redis</c>: one Redis stream per topic, one consumer group per consumer id, as Dapr lays them out.</summary>
internal sealed class RedisPubSub : IPubSub, IServerComponent
{
    private static readonly byte[] NoMetadata = "{}"u8.ToArray();

    private readonly ComponentSettings _settings;
    private readonly ComponentContext _context;
    private readonly RedisClient _client;
    private readonly RedisStreamOptions _options;
    private readonly ILogger _logger;
    private readonly RedisTrimmer? _trimmer;
    private readonly ConcurrentDictionary<StreamGroup, RedisConsumerGroup> _groups = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _slots = new(StringComparer.Ordinal);

    public RedisPubSub(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _context = context;
        _logger = context.Loggers.CreateLogger<RedisPubSub>();
        _options = RedisStreamOptions.Read(settings);
        _client = new RedisClient(RedisOptions.Read(settings), context.Time, _logger);
        settings.WarnUnknown(_logger, [.. RedisOptions.Fields, .. RedisStreamOptions.Fields]);
        if (_options.MaxLenApprox > 0) _trimmer = new RedisTrimmer(_client, _options.MaxLenApprox, new RedisStrangers(_groups.ContainsKey, RedisStrangers.Patience, _logger), context.Time, _logger);
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities => [];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public bool HasNativeTtl => false;

    public string Server => _client.Options.Server;

    public string AddressField => RedisOptions.AddressField;

    public Task InitAsync(CancellationToken cancellationToken) => _client.StartAsync(cancellationToken);

    public async Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _client.SendAsync(Adding(message), EncodeAdd, 1, ParseAdded, cancellationToken).ConfigureAwait(false);
            _trimmer?.Added(message.Topic, 1);
        }
        catch (RedisServerException refused)
        {
            throw Refused(message.Topic, refused);
        }
    }

    public async Task<Exception?[]?> BulkPublishAsync(IReadOnlyList<PubSubMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0) return null;
        var additions = new Addition[messages.Count];
        for (int i = 0; i < additions.Length; i++) additions[i] = Adding(messages[i]);

        RedisServerException?[]? refusals;
        try
        {
            refusals = await _client.SendAsync(
                additions, EncodeAdditions, additions.Length, (ref RespReader reader) => ParseAdditions(ref reader, additions.Length), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ComponentException failure)
        {
            return [.. Enumerable.Repeat(failure, messages.Count)];
        }

        CountAdded(messages);
        if (refusals is null) return null;
        var failures = new Exception?[refusals.Length];
        for (int i = 0; i < failures.Length; i++)
        {
            if (refusals[i] is { } refused) failures[i] = Refused(messages[i].Topic, refused);
        }

        return failures;
    }

    public async Task<IAsyncDisposable> SubscribeAsync(PubSubSubscription subscription, MessageHandler handler, CancellationToken cancellationToken)
    {
        RedisConsumerGroup group = _groups.GetOrAdd(
            new StreamGroup(subscription.Topic, subscription.ConsumerId), static (key, self) => new RedisConsumerGroup(self._client, key, self._context.Time), this);
        SemaphoreSlim slots = _slots.GetOrAdd(
            subscription.ConsumerId, static (_, concurrency) => new SemaphoreSlim(concurrency, concurrency), _options.Concurrency);
        var started = new RedisSubscription(_client, _options, group, slots, handler, _context.Time, _logger);
        try
        {
            await started.StartAsync(cancellationToken).ConfigureAwait(false);
            return started;
        }
        catch (RedisServerException refused)
        {
            throw Refused(subscription.Topic, refused);
        }
    }

    public async Task ForgetAsync(PubSubSubscription subscription, CancellationToken cancellationToken)
    {
        var key = new StreamGroup(subscription.Topic, subscription.ConsumerId);
        if (_groups.TryRemove(key, out RedisConsumerGroup? group)) await group.DisposeAsync().ConfigureAwait(false);
        _slots.TryRemove(subscription.ConsumerId, out _);
        await StreamCommands.DestroyGroupAsync(_client, key, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RedisConsumerGroup group in _groups.Values) await group.DisposeAsync().ConfigureAwait(false);
        if (_trimmer is not null) await _trimmer.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    private ComponentException Refused(string topic, RedisServerException refused) =>
        new($"{_client.Options.Label}: topic '{topic}': {refused.Message}", refused);

    private Addition Adding(PubSubMessage message) => new(
        message.Topic, message.Data, message.Metadata.Count == 0 ? NoMetadata : MessageMetadata.Write(message.Metadata),
        _options.MaxLenApprox > 0 || _options.StreamTtl == TimeSpan.Zero ? 0 : OldestKept());

    private void CountAdded(IReadOnlyList<PubSubMessage> messages)
    {
        if (_trimmer is null) return;
        int from = 0;
        for (int i = 1; i <= messages.Count; i++)
        {
            if (i < messages.Count && messages[i].Topic == messages[from].Topic) continue;
            _trimmer.Added(messages[from].Topic, i - from);
            from = i;
        }
    }

    private long OldestKept() => Math.Max(1, (_context.Time.GetUtcNow() - _options.StreamTtl).ToUnixTimeMilliseconds());

    private static void EncodeAdditions(ref RespWriter writer, Addition[] additions)
    {
        foreach (Addition addition in additions) EncodeAdd(ref writer, addition);
    }

    private static void EncodeAdd(ref RespWriter writer, Addition addition)
    {
        bool trims = addition.MinTime > 0;
        writer.Begin(trims ? 10 : 7);
        writer.Add("XADD"u8);
        writer.Add(addition.Topic);
        if (trims)
        {
            writer.Add("MINID"u8);
            writer.Add("~"u8);
            writer.Add(addition.MinTime);
        }

        writer.Add("*"u8);
        writer.Add("data"u8);
        writer.Add(addition.Data.Span);
        writer.Add("metadata"u8);
        writer.Add(addition.Metadata);
    }

    private static bool ParseAdded(ref RespReader reader)
    {
        reader.Skip();
        return true;
    }

    private static RedisServerException?[]? ParseAdditions(ref RespReader reader, int count)
    {
        RedisServerException?[]? refusals = null;
        for (int i = 0; i < count; i++)
        {
            if (reader.TryReadError(out RedisServerException? refused)) (refusals ??= new RedisServerException?[count])[i] = refused;
            else reader.Skip();
        }

        return refusals;
    }

    private readonly record struct Addition(string Topic, ReadOnlyMemory<byte> Data, byte[] Metadata, long MinTime);
}
