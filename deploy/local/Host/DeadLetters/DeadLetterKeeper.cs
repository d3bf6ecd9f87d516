using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.DeadLetters;

/// <summary>
/// Subscribes to every dead-letter topic that a running app names, as a consumer of its own, keeps what comes and sends it back on demand.
/// </summary>
internal sealed class DeadLetterKeeper(DeadLetterStore store, Func<IEnumerable<LocalSidecar>> sidecars, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    private const string Consumer = "dead-letters";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SubscribeLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(30);

    // On RabbitMQ the components of one broker share a queue, which all of them have to declare alike, whatever bound they have themselves.
    private static readonly Dictionary<string, string> Bounds = new(StringComparer.Ordinal) { ["maxLen"] = "100000" };

    private readonly Dictionary<(IPubSub PubSub, string Topic), IAsyncDisposable> _subscriptions = [];
    private readonly HashSet<(IPubSub PubSub, string Topic)> _failing = [];
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly SemaphoreSlim _republishing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>What was kept.</summary>
    public DeadLetterStore Store => store;

    /// <summary>Goes on trying where a broker did not take the subscription at first.</summary>
    public void Start() => _loop = WatchAsync();

    /// <summary>
    /// Subscribes to the dead-letter topics of an app, before the app reads anything: a broker that hands a message to the queues there are
    /// (RabbitMQ, in memory) has none of the keeper's else when the first one dies.
    /// </summary>
    public Task PrepareAsync(LocalSidecar sidecar, CancellationToken cancellationToken) => LookAsync([sidecar], cancellationToken);

    /// <summary>Publishes dead letters to the topics they came from, the oldest first; what a broker has taken is no longer kept.</summary>
    /// <param name="topic">The topic they came from, or the dead-letter topic; null: all.</param>
    /// <param name="limit">Most messages; null: all that are kept now.</param>
    /// <param name="cancellationToken">Ends it between two messages.</param>
    /// <returns>What was done, in words.</returns>
    /// <exception cref="UserException">A message could not be published; it and the rest are still kept.</exception>
    public async Task<string> RepublishAsync(string? topic, int? limit, CancellationToken cancellationToken)
    {
        await _republishing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var done = new SortedDictionary<string, int>(StringComparer.Ordinal);
            var notices = new RepublishNotices(store, sidecars, logger, time);
            try
            {
                foreach (var (number, letter) in store.Read(topic).Take(limit ?? int.MaxValue))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await PublishAsync(letter, done.Values.Sum(), cancellationToken).ConfigureAwait(false);
                    store.Remove(number, letter);
                    notices.Add(letter);
                    done[letter.Topic] = done.GetValueOrDefault(letter.Topic) + 1;
                }
            }
            finally
            {
                await notices.PublishAsync().ConfigureAwait(false);
            }

            logger.Republished(done.Values.Sum());
            return done.Count == 0 ? "There are no dead letters" + (topic is null ? "." : $" of {topic}.") : "Republished: " + string.Join(", ", done.Select(sent => $"{sent.Key} {sent.Value}"));
        }
        finally
        {
            _republishing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        foreach (IAsyncDisposable subscription in _subscriptions.Values) await subscription.DisposeAsync().ConfigureAwait(false);
        _subscriptions.Clear();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) await LookAsync(sidecars(), _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The system stops.
        }
    }

    private async Task LookAsync(IEnumerable<LocalSidecar> apps, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (DeadLetterSource source in apps.SelectMany(sidecar => sidecar.DeadLetterSources()))
            {
                if (!_subscriptions.ContainsKey((source.PubSub, source.Topic))) await SubscribeAsync(source, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task SubscribeAsync(DeadLetterSource source, CancellationToken cancellationToken)
    {
        var key = (source.PubSub, source.Topic);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SubscribeLimit);
        var request = new PubSubSubscription(source.Prefix + source.Topic, Consumer, Bounds);
        try
        {
            _subscriptions[key] = await source.PubSub.SubscribeAsync(request, (message, _) => KeepAsync(source, message), limit.Token).ConfigureAwait(false);
            _failing.Remove(key);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (_failing.Add(key)) logger.DeadLettersUnread(source.Topic, source.PubSub.Name, e.Message);   // tried again, said once
        }
    }

    private Task KeepAsync(DeadLetterSource source, PubSubMessage message)
    {
        try
        {
            int dropped = store.Add(DeadLetter.From(source.PubSub.Name, source.Topic, source.Origin, message));
            if (dropped > 0) logger.DeadLettersFull(source.Topic, dropped);
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DeliveryPostponedException($"the dead letter cannot be written: {e.Message}", e);
        }
    }

    private async Task PublishAsync(DeadLetter letter, int before, CancellationToken cancellationToken)
    {
        DeadLetterSource source = sidecars().SelectMany(sidecar => sidecar.DeadLetterSources()).FirstOrDefault(known => known.PubSub.Name == letter.PubSub)
            ?? throw new UserException($"{before} republished; no running app uses the component '{letter.PubSub}', which {letter.Topic} came by.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PublishLimit);
        try
        {
            await source.PubSub.PublishAsync(new PubSubMessage(source.Prefix + letter.Topic, letter.Bytes(), letter.Metadata), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UserException($"{before} republished, then {letter.PubSub} did not take the next one for {letter.Topic}, which is kept: {e.Message}", e);
        }
    }
}

internal static partial class DeadLetterLog
{
    [LoggerMessage(9201, LogLevel.Warning, "Dead letters in {Topic} on {PubSub} are not read yet, trying on: {Problem}")]
    public static partial void DeadLettersUnread(this ILogger logger, string topic, string pubSub, string problem);

    [LoggerMessage(9202, LogLevel.Warning, "Too many dead letters in {Topic}: the {Count} oldest are gone")]
    public static partial void DeadLettersFull(this ILogger logger, string topic, int count);

    [LoggerMessage(9204, LogLevel.Warning, "{PubSub} did not take the notice that dead letters of {Topic} were republished: {Problem}")]
    public static partial void NoticeNotTaken(this ILogger logger, string pubSub, string topic, string problem);

    [LoggerMessage(9203, LogLevel.Information, "{Count} dead letters were republished")]
    public static partial void Republished(this ILogger logger, int count);
}
