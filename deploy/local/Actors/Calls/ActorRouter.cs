using System.Collections.Concurrent;
using Polly;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Finds the host of an actor, runs a call as a turn there, and tries again when the host went away.</summary>
internal sealed class ActorRouter(ConcurrentDictionary<string, ActorType> types, ActorContext context)
{
    /// <summary>Largest answer of a turn, in bytes: it is kept until the turn has ended.</summary>
    private const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>Retries of the built-in policy.</summary>
    private const int Retries = 5;

    /// <summary>Retries that did not have to wait because the hosts changed meanwhile.</summary>
    private const int PromptRetries = 100;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Calls under the policy a Resiliency resource gives the actor, or under the built-in one.</summary>
    /// <returns>The app's answer, whatever its status; its body is complete.</returns>
    /// <exception cref="ActorUnreachableException">No host could be reached.</exception>
    public Task<HttpResponseMessage> CallAsync(
        ActorCall call, ResiliencePipeline<HttpResponseMessage>? policy, CancellationToken cancellationToken) =>
        policy is null ? CallAsync(call, cancellationToken) : CallWithPolicyAsync(call, policy, cancellationToken);

    private async Task<HttpResponseMessage> CallAsync(ActorCall call, CancellationToken cancellationToken)
    {
        int delayed = 0;
        int prompt = 0;
        while (true)
        {
            Task change = context.Changes.Next;
            try
            {
                return await AttemptAsync(call, cancellationToken);
            }
            catch (ActorUnreachableException e) when (!e.Done && delayed < Retries && prompt < PromptRetries)
            {
                if (await ChangeSignal.WithinAsync(change, RetryDelay, context.Time, cancellationToken)) prompt++;
                else delayed++;
            }
        }
    }

    private async Task<HttpResponseMessage> CallWithPolicyAsync(
        ActorCall call, ResiliencePipeline<HttpResponseMessage> policy, CancellationToken cancellationToken)
    {
        try
        {
            return await policy.ExecuteAsync(
                static async (state, token) => AsPolicySeesIt(await state.Router.AttemptAsync(state.Call, token)),
                (Router: this, Call: call),
                cancellationToken);
        }
        catch (AppStatusException) when (call.Answer is not null)
        {
            return call.Answer;
        }
    }

    /// <summary>An answer with a status the policy takes for success is a failure all the same unless it is a plain 200.</summary>
    private static HttpResponseMessage AsPolicySeesIt(HttpResponseMessage answer)
    {
        int status = (int)answer.StatusCode;
        if (status is < 200 or > 399 || (status == 200 && !answer.Headers.NonValidated.Contains(AppRequests.ErrorHeader))) return answer;
        throw new AppStatusException(status, "error from actor service");
    }

    private async Task<HttpResponseMessage> AttemptAsync(ActorCall call, CancellationToken cancellationToken)
    {
        context.Background.Stopping.ThrowIfClosed();
        if (!types.TryGetValue(call.Type, out ActorType? type)) throw new ActorAddressException(call.Type, call.Id);

        using Turn turn = await type.BeginAsync(call.Id, call.ReentrancyId, cancellationToken);
        turn.Follow(cancellationToken, call.Client, context);
        try
        {
            using HttpRequestMessage request = call.Request(turn);
            HttpResponseMessage response = await turn.Host.Host.App.SendAsync(request, turn.Token);
            call.AnsweredBy = turn.Host.Host;
            call.Answer = response;

            // The turn lasts until the app has said everything; a slow client must not hold it.
            if (response.Content.Headers.ContentLength != 0) await response.Content.LoadIntoBufferAsync(MaxAnswer, turn.Token);
            return response;
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or AppUnavailableException or IOException)
        {
            context.Background.Stopping.ThrowIfClosed();
            if (turn.Revoked) throw new ActorUnreachableException($"the host of actor '{call.Type}||{call.Id}' went away during the call", e);
            if (e is OperationCanceledException) throw;
            throw new ActorUnreachableException($"error invoking app channel: {e.Message}", e)
            {
                Done = e is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded },
            };
        }
    }
}

/// <summary>Tells calls that the runtime is stopping.</summary>
internal static class StoppingExtensions
{
    public static void ThrowIfClosed(this CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested) throw new ActorRuntimeClosedException();
    }
}
