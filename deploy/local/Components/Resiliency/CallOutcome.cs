using Polly;
using Polly.CircuitBreaker;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>What the strategies make of the end of a call.</summary>
internal static class CallOutcome
{
    /// <summary>Whether a call failed: an exception, or an answer with a status below 200 or above 399.</summary>
    public static bool Failed<T>(in Outcome<T> outcome) =>
        outcome.Exception is not null || Answered(outcome.Result) is < 200 or > 399;

    /// <summary>Status of a failure; null when no answer came.</summary>
    public static int? Status<T>(in Outcome<T> outcome) => outcome.Exception switch
    {
        AppStatusException answered => answered.StatusCode,
        HttpRequestException { StatusCode: { } status } => (int)status,
        null => Answered(outcome.Result),
        _ => null,
    };

    /// <summary>Whether a repetition would be pointless: an open breaker, a wrong ETag, or a caller that no longer waits.</summary>
    public static bool IsFinal<T>(in Outcome<T> outcome, ResilienceContext context) =>
        outcome.Exception is BrokenCircuitException or StateConflictException or InvalidETagException || IsAbandoned(outcome, context);

    private static int? Answered(object? result) => result switch
    {
        IAppAnswer answer => answer.StatusCode,
        HttpResponseMessage response => (int)response.StatusCode,
        _ => null,
    };

    /// <summary>Whether the caller gave up, which says nothing about the target.</summary>
    public static bool IsAbandoned<T>(in Outcome<T> outcome, ResilienceContext context) =>
        outcome.Exception is OperationCanceledException && context.CancellationToken.IsCancellationRequested;
}
