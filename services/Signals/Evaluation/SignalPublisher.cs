using Dapr;
using Dapr.Client;
using DaprTrading.Contracts;

namespace DaprTrading.Signals.Evaluation;

/// <summary>Makes signals known to everybody.</summary>
internal interface ISignalPublisher
{
    /// <summary>Returns when the broker has all of them; throws when it does not take one.</summary>
    Task PublishAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken);
}

/// <summary>Publishes signals in bulk, in requests of bounded size.</summary>
internal sealed class SignalPublisher(DaprClient dapr) : ISignalPublisher
{
    private const int MaxPerRequest = 200;

    public async Task PublishAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
    {
        foreach (TradingSignal[] part in signals.Chunk(MaxPerRequest))
        {
            BulkPublishResponse<TradingSignal> response =
                await dapr.BulkPublishEventAsync(PubSubNames.Bus, Topics.Signals, part, cancellationToken: cancellationToken);
            if (response.FailedEntries.Count > 0)
                throw new DaprException($"The broker did not take {response.FailedEntries.Count} of {part.Length} signals: {response.FailedEntries[0].ErrorMessage}");
        }
    }
}
