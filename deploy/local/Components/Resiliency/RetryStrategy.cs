using System.Security.Cryptography;
using Polly;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Repeats a failed call as a Dapr retry policy says.</summary>
/// <remarks>
/// An exponential policy starts at 500 ms, grows by 1.5 up to <c>maxInterval</c>, spreads each delay by half of it either way and gives up when the
/// next delay would end more than 15 minutes after the first attempt.
/// </remarks>
/// <param name="policy">The policy.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Numbers from 0 up to, not including, 1; null: from the system.</param>
internal sealed class RetryStrategy(RetryPolicy policy, TimeProvider time, Func<double>? random = null) : ResilienceStrategy
{
    private const double Factor = 1.5;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxElapsed = TimeSpan.FromMinutes(15);

    private readonly Func<double> _random = random ?? (() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30));

    /// <summary>The delays of a policy without their spread.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="fewest">Repetitions it has at least.</param>
    public static RetrySchedule Schedule(RetryPolicy policy, int fewest)
    {
        int retries = policy.MaxRetries < 0 ? policy.MaxRetries : Math.Max(policy.MaxRetries, fewest);
        return policy.Exponential ? new RetrySchedule(retries, First, Factor, policy.MaxInterval) : new RetrySchedule(retries, policy.Duration, 1, policy.Duration);
    }

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        long start = time.GetTimestamp();
        TimeSpan interval = First;
        for (int retries = 0; ; retries++)
        {
            Outcome<TResult> outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
            if (!CallOutcome.Failed(outcome) || CallOutcome.IsFinal(outcome, context)) return outcome;
            if (!policy.Matches(CallOutcome.Status(outcome)) || (policy.MaxRetries >= 0 && retries >= policy.MaxRetries)) return outcome;

            CancellationToken noMore = context.Properties.GetValue(RetryEnd.Key, CancellationToken.None);
            if (noMore.IsCancellationRequested) return outcome;

            TimeSpan delay = policy.Exponential ? Spread(interval) : policy.Duration;
            if (policy.Exponential && time.GetElapsedTime(start) + delay > MaxElapsed) return outcome;
            interval = Longer(interval);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, noMore);
            (outcome.Result as IDisposable)?.Dispose();
            try
            {
                await Task.Delay(delay, time, wait.Token).ConfigureAwait(context.ContinueOnCapturedContext);
            }
            catch (OperationCanceledException cancelled)
            {
                return Outcome.FromException<TResult>(outcome.Exception ?? cancelled);
            }
        }
    }

    private TimeSpan Spread(TimeSpan interval) => interval * (0.5 + _random());

    private TimeSpan Longer(TimeSpan interval) => interval * Factor < policy.MaxInterval ? interval * Factor : policy.MaxInterval;
}
