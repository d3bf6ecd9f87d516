using System.Runtime.InteropServices;
using Polly;
using Polly.CircuitBreaker;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// Stops calls to a target that keeps failing. Dapr opens a breaker on a condition over counts, which Polly's own breaker, with its failure ratio
/// over a window, cannot express.
/// </summary>
/// <remarks>
/// Closed: counts; opens when the condition is met after a failure. Open: refuses calls for <c>timeout</c>. Half-open: lets <c>maxRequests</c>
/// calls through; as many successes in a row close it, one failure opens it again.
/// </remarks>
internal sealed class BreakerStrategy(string target, CircuitBreakerPolicy policy, TimeProvider time) : ResilienceStrategy
{
    private readonly Lock _lock = new();
    private State _state = State.Closed;
    private BreakerCounts _counts;
    private long _generation;
    private long _since = time.GetTimestamp();

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        Ticket ticket = Enter();
        if (ticket.Refusal is { } refusal) return Outcome.FromException<TResult>(new BrokenCircuitException(refusal));

        Outcome<TResult> outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        if (CallOutcome.IsAbandoned(outcome, context)) Withdraw(ticket.Generation);
        else Leave(ticket.Generation, !CallOutcome.Failed(outcome));
        return outcome;
    }

    private Ticket Enter()
    {
        lock (_lock)
        {
            Advance();
            if (_state == State.Open) return new Ticket(0, $"the circuit breaker of {target} is open");
            if (_state == State.HalfOpen && _counts.Requests >= policy.MaxRequests)
            {
                return new Ticket(0, $"the circuit breaker of {target} is half-open and tries a call already");
            }

            _counts.Requests++;
            return new Ticket(_generation, null);
        }
    }

    private void Leave(long generation, bool succeeded)
    {
        lock (_lock)
        {
            Advance();
            if (generation != _generation) return;
            if (succeeded)
            {
                _counts.TotalSuccesses++;
                _counts.ConsecutiveSuccesses++;
                _counts.ConsecutiveFailures = 0;
                if (_state == State.HalfOpen && _counts.ConsecutiveSuccesses >= policy.MaxRequests) Become(State.Closed);
            }
            else
            {
                _counts.TotalFailures++;
                _counts.ConsecutiveFailures++;
                _counts.ConsecutiveSuccesses = 0;
                if (_state == State.HalfOpen || policy.Trip.Met(_counts)) Become(State.Open);
            }
        }
    }

    private void Withdraw(long generation)
    {
        lock (_lock)
        {
            if (generation == _generation) _counts.Requests--;
        }
    }

    private void Advance()
    {
        TimeSpan age = time.GetElapsedTime(_since);
        if (_state == State.Open && age >= policy.Timeout) Become(State.HalfOpen);
        else if (_state == State.Closed && policy.Interval > TimeSpan.Zero && age >= policy.Interval) Become(State.Closed);
    }

    // A call that began before the change no longer counts after it.
    private void Become(State state)
    {
        _state = state;
        _counts = default;
        _generation++;
        _since = time.GetTimestamp();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Ticket(long Generation, string? Refusal);
}
