using Polly;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Runs delivery attempts under a policy without letting an absent app use it up: an attempt that finds nobody at home does not count,
/// the delivery waits for the app, at most a minute, and starts over. When the consumer stops, the attempt that runs may finish and no other follows.
/// </summary>
internal sealed class AppGate(AppChannel channel, TimeProvider time, CancellationToken stopping)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>True when the consumer stops: what has failed was not tried to the end.</summary>
    public bool Stopping => stopping.IsCancellationRequested;

    /// <summary>Runs <paramref name="attempt"/> until it succeeds or the policy gives up; then the last failure is thrown.</summary>
    /// <exception cref="DeliveryAbandonedException">The consumer stops, and the app was not reached.</exception>
    public async Task RunAsync<TDelivery>(
        ResiliencePipeline? policy, TDelivery delivery, Func<TDelivery, CancellationToken, Task> attempt, CancellationToken cancellationToken)
    {
        var run = new Run<TDelivery>(delivery, attempt);
        long? gone = null;
        while (true)
        {
            run.AppGone = false;
            if (policy is null) await run.TryAsync(cancellationToken);
            else await ExecuteAsync(policy, run, cancellationToken);
            if (!run.AppGone) return;
            if (Stopping) throw new DeliveryAbandonedException();

            gone ??= time.GetTimestamp();
            TimeSpan left = Patience - time.GetElapsedTime(gone.Value);
            run.Strict = left <= TimeSpan.Zero || !await IsBackWithinAsync(left, cancellationToken);
        }
    }

    private async Task ExecuteAsync<TDelivery>(ResiliencePipeline policy, Run<TDelivery> run, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(RetryEnd.Key, stopping);
        try
        {
            await policy.ExecuteAsync(static (context, state) => new ValueTask(state.TryAsync(context.CancellationToken)), context, run);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<bool> IsBackWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            return await channel.WaitAvailableAsync(limit, wait.Token);
        }
        catch (OperationCanceledException) when (Stopping && !cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryAbandonedException();
        }
    }

    private sealed class Run<TDelivery>(TDelivery delivery, Func<TDelivery, CancellationToken, Task> attempt)
    {
        /// <summary>The attempt did not reach the app. The policy sees it as a success, so neither retries nor breaker count it.</summary>
        public bool AppGone { get; set; }

        /// <summary>Patience is used up: an absent app is a failure like any other.</summary>
        public bool Strict { get; set; }

        public async Task TryAsync(CancellationToken cancellationToken)
        {
            try
            {
                await attempt(delivery, cancellationToken);
            }
            catch (Exception e) when (e is AppUnavailableException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
            {
                if (Strict) throw new AppStatusException(null, $"the app is unreachable: {e.Message}");
                AppGone = true;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                throw new AppStatusException(null, $"the call into the app broke: {e.Message}");
            }
        }
    }
}
