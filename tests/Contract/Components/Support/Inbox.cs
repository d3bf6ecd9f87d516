using System.Collections.Concurrent;
using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Components.Support;

/// <summary>Collects what a handler receives.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<PubSubMessage> _messages = new();

    public IReadOnlyList<string> Texts => [.. _messages.Select(message => message.Text())];

    public IReadOnlyList<PubSubMessage> Messages => [.. _messages];

    public int Count => _messages.Count;

    public Task HandleAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        _messages.Enqueue(message);
        return Task.CompletedTask;
    }

    public Task HasAsync(int count) => Eventually.TrueAsync(() => Count >= count, $"{count} messages (have {Count})");
}
