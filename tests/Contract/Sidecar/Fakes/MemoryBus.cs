using System.Text;
using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>A broker in memory: groups start at the first message, a failed message is not delivered again.</summary>
internal sealed class MemoryBus(string name = "bus") : IPubSub
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Topic, string Group), Group> _groups = [];
    private readonly List<PubSubMessage> _published = [];
    private int _acked;
    private int _failed;

    public string Name => name;

    public string Type => "pubsub.memory";

    public string Version => "v1";

    public IReadOnlyList<string> Capabilities => [];

    public Dictionary<string, string> Settings { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, string> Metadata => Settings;

    public bool HasNativeTtl { get; init; }

    /// <summary>Decides whether a publish fails.</summary>
    public Func<PubSubMessage, Exception?> Refuse { get; set; } = _ => null;

    /// <summary>Decides whether a subscribe fails.</summary>
    public Func<Exception?> RefuseSubscribe { get; set; } = () => null;

    public int Acked => Volatile.Read(ref _acked);

    public int Failed => Volatile.Read(ref _failed);

    public IReadOnlyList<PubSubMessage> Published
    {
        get
        {
            lock (_gate) return [.. _published];
        }
    }

    public IReadOnlyList<string> Texts(string topic) => [.. Published.Where(m => m.Topic == topic).Select(m => Encoding.UTF8.GetString(m.Data.Span))];

    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        if (Refuse(message) is { } error) return Task.FromException(error);
        Add(message);
        return Task.CompletedTask;
    }

    /// <summary>Puts a message there without a sidecar.</summary>
    public void Seed(string topic, byte[] data) => Add(new PubSubMessage(topic, data, EmptyMetadata.Value));

    public async Task<Exception?[]?> BulkPublishAsync(IReadOnlyList<PubSubMessage> messages, CancellationToken cancellationToken)
    {
        Exception?[] errors = [.. messages.Select(Refuse)];
        for (int i = 0; i < messages.Count; i++)
        {
            if (errors[i] is null) await PublishAsync(messages[i], cancellationToken);
        }

        return Array.TrueForAll(errors, e => e is null) ? null : errors;
    }

    public Task<IAsyncDisposable> SubscribeAsync(PubSubSubscription subscription, MessageHandler handler, CancellationToken cancellationToken)
    {
        if (RefuseSubscribe() is { } error) return Task.FromException<IAsyncDisposable>(error);
        lock (_gate)
        {
            var key = (subscription.Topic, subscription.ConsumerId);
            if (!_groups.TryGetValue(key, out Group? group))
            {
                _groups[key] = group = new Group(this);
                foreach (PubSubMessage message in _published.Where(m => m.Topic == key.Topic)) group.Add(message);
            }

            return Task.FromResult(group.Join(handler));
        }
    }

    public bool HasSubscriber(string topic, string group)
    {
        lock (_gate) return _groups.TryGetValue((topic, group), out Group? found) && found.Members > 0;
    }

    private void Add(PubSubMessage message)
    {
        lock (_gate)
        {
            _published.Add(message);
            foreach (var (key, group) in _groups)
            {
                if (key.Topic == message.Topic) group.Add(message);
            }
        }
    }

    private sealed class Group(MemoryBus bus)
    {
        private readonly List<Member> _members = [];
        private readonly Queue<PubSubMessage> _waiting = new();
        private int _turn;

        public int Members => _members.Count;

        public void Add(PubSubMessage message)
        {
            if (_members.Count == 0) _waiting.Enqueue(message);
            else _members[_turn++ % _members.Count].Start(message);
        }

        public IAsyncDisposable Join(MessageHandler handler)
        {
            var member = new Member(bus, this, handler);
            _members.Add(member);
            while (_waiting.TryDequeue(out PubSubMessage? message)) member.Start(message);
            return member;
        }

        private sealed class Member(MemoryBus bus, Group group, MessageHandler handler) : IAsyncDisposable
        {
            private readonly List<Task> _running = [];

            public void Start(PubSubMessage message) => _running.Add(RunAsync(message));

            public async ValueTask DisposeAsync()
            {
                Task[] running;
                lock (bus._gate)
                {
                    group._members.Remove(this);
                    running = [.. _running];
                }

                await Task.WhenAll(running);
            }

            private async Task RunAsync(PubSubMessage message)
            {
                await Task.Yield();
                try
                {
                    await handler(message, CancellationToken.None);
                    Interlocked.Increment(ref bus._acked);
                }
                catch (Exception)
                {
                    Interlocked.Increment(ref bus._failed);
                }
            }
        }
    }
}
