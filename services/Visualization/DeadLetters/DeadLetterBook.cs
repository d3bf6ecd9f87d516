using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Visualization.DeadLetters;

/// <summary>
/// The dead letters in the state store, shared by the replicas and kept over restarts: whichever replica is told of one writes it, all read.
/// Thread-safe.
/// </summary>
internal sealed class DeadLetterBook(DaprClient dapr, TimeProvider time, ILogger<DeadLetterBook> logger) : IDisposable
{
    private const string Key = "dead-letters";
    private const int MaxAttempts = 50;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _writing = new(1);
    private volatile DeadLetterList _last = DeadLetterList.Empty;
    private long? _readAt;

    /// <summary>Adds a message of a dead-letter topic.</summary>
    /// <param name="topic">The topic it was published to first.</param>
    /// <param name="message">What the broker has.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="DaprException">The state store does not take it.</exception>
    public Task AddAsync(string topic, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        DeadLetter letter = DeadLetter.Read(topic, message, time.GetUtcNow().ToUnixTimeMilliseconds());
        return ChangeAsync(list => list.With(letter), cancellationToken);
    }

    /// <summary>Takes out what was sent back.</summary>
    /// <exception cref="DaprException">The state store does not take it.</exception>
    public Task RemoveAsync(DeadLettersRepublished republished, CancellationToken cancellationToken) =>
        ChangeAsync(list => list.Without(republished), cancellationToken);

    /// <summary>All of them, at most a second old; the last known when the state store does not answer.</summary>
    public async Task<DeadLetterList> ReadAsync(CancellationToken cancellationToken)
    {
        if (_readAt is { } at && time.GetElapsedTime(at) < Freshness) return _last;

        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Timeout);
        try
        {
            _last = await dapr.GetStateAsync<DeadLetterList?>(StateStores.State, Key, cancellationToken: bounded.Token) ?? DeadLetterList.Empty;
        }
        catch (Exception failure) when (failure is DaprException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.DeadLettersUnknown(failure.Message);
        }

        _readAt = time.GetTimestamp();
        return _last;
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    private async Task ChangeAsync(Func<DeadLetterList, DeadLetterList> change, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                (DeadLetterList? before, string etag) = await dapr.GetStateAndETagAsync<DeadLetterList?>(StateStores.State, Key, cancellationToken: cancellationToken);
                before ??= DeadLetterList.Empty;
                DeadLetterList after = change(before);
                if (ReferenceEquals(before, after) || await dapr.TrySwapAsync(StateStores.State, Key, after, etag, cancellationToken)) return;
            }

            throw new DaprException($"The dead letters were changed by other replicas {MaxAttempts} times in a row.");
        }
        finally
        {
            _writing.Release();
        }
    }
}

internal static partial class DeadLetterBookLog
{
    [LoggerMessage(8401, LogLevel.Debug, "The state store did not tell the dead letters: {Reason}")]
    public static partial void DeadLettersUnknown(this ILogger logger, string reason);
}
