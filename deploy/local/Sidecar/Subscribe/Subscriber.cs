using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Starts and stops the subscriptions of one sidecar.</summary>
internal sealed class Subscriber(LocalSidecar sidecar)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstTryLimit = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = sidecar.Logger("pubsub");
    private readonly Lock _gate = new();
    private readonly List<Task> _ending = [];
    private CancellationTokenSource? _running;
    private List<Task<IAsyncDisposable?>> _started = [];

    /// <summary>The subscriptions the app has, running or not.</summary>
    public IReadOnlyList<SubscriptionPlan> Plans { get; private set; } = [];

    /// <summary>Starts the subscriptions. Ends when each has had its first try, or after a few seconds; those that failed go on trying.</summary>
    public async Task StartAsync(IReadOnlyList<SubscriptionPlan> plans, CancellationToken cancellationToken)
    {
        Plans = plans;
        await WithinLimitAsync(sidecar.Services.BeforeSubscribing(sidecar, cancellationToken), cancellationToken);

        var source = new CancellationTokenSource();
        var firstTries = new List<Task>();
        lock (_gate)
        {
            _running = source;
            _started = [];
            foreach (SubscriptionPlan plan in plans)
            {
                var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                firstTries.Add(first.Task);
                _started.Add(SubscribeAsync(plan, first, source.Token));
            }
        }

        await WithinLimitAsync(Task.WhenAll(firstTries), cancellationToken);
    }

    /// <summary>No new messages from now on. The running handlers end in the background; see <see cref="DrainAsync"/>.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            if (_running is null) return;
            _ending.RemoveAll(task => task.IsCompleted);
            _ending.Add(EndAsync(_running, _started));
            _running = null;
            _started = [];
        }
    }

    /// <summary>Stops and waits for the handlers that run.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Pause();
        Task[] ending;
        lock (_gate) ending = [.. _ending];
        await Task.WhenAll(ending).WaitAsync(cancellationToken);
    }

    /// <summary>A broker that does not answer must not keep the app from getting ready.</summary>
    private async Task WithinLimitAsync(Task task, CancellationToken cancellationToken)
    {
        await Task.WhenAny(task, Task.Delay(FirstTryLimit, sidecar.Services.Time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<IAsyncDisposable?> SubscribeAsync(SubscriptionPlan plan, TaskCompletionSource first, CancellationToken cancellationToken)
    {
        await Task.Yield();
        TimeSpan delay = FirstDelay;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    return await TryAsync(plan, cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    SubscribeLog.SubscribeFailed(_logger, plan.PubSub, plan.Topic, delay.TotalMilliseconds, e.Message);
                }

                first.TrySetResult();
                await Task.Delay(delay, sidecar.Services.Time, cancellationToken);
                delay = delay * 1.5 < LongestDelay ? delay * 1.5 : LongestDelay;
            }
        }
        catch (OperationCanceledException)
        {
            // Ended while it was waiting or connecting: nothing is subscribed.
        }
        finally
        {
            first.TrySetResult();
        }

        return null;
    }

    private async Task<IAsyncDisposable?> TryAsync(SubscriptionPlan plan, CancellationToken cancellationToken)
    {
        if (sidecar.PubSubs.Find(plan.PubSub) is not { } target)
        {
            SubscribeLog.NoComponent(_logger, plan.PubSub, plan.Topic);
            return null;
        }

        if (!target.Scopes.MaySubscribe(plan.Topic))
        {
            SubscribeLog.NotAllowed(_logger, plan.PubSub, plan.Topic, sidecar.Options.AppId);
            return null;
        }

        var subscription = new TopicSubscription(sidecar, plan, target, _logger, cancellationToken);
        var request = new PubSubSubscription(target.OnBroker(plan.Topic), target.ConsumerId, plan.Metadata);
        // Cancels the try only: a subscription that stands is ended by its own handle, so that its handlers may finish.
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncDisposable started = await target.Component.SubscribeAsync(request, subscription.HandleAsync, attempt.Token);
        SubscribeLog.Subscribed(_logger, plan.PubSub, plan.Topic);
        return started;
    }

    private async Task EndAsync(CancellationTokenSource source, List<Task<IAsyncDisposable?>> started)
    {
        await Task.Yield();
        await source.CancelAsync();
        await Task.WhenAll(started.Select((task, index) => EndAsync(task, index)));
        source.Dispose();
    }

    private async Task EndAsync(Task<IAsyncDisposable?> started, int index)
    {
        try
        {
            if (await started is { } subscription) await subscription.DisposeAsync();
        }
        catch (Exception e)
        {
            SubscriptionPlan? plan = index < Plans.Count ? Plans[index] : null;
            SubscribeLog.EndFailed(_logger, plan?.PubSub ?? "", plan?.Topic ?? "", e.Message);
        }
    }
}
