using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Running;

/// <summary>Runs checks side by side: most of their time is waiting. Every check has names of its own, so they do not meet.</summary>
public sealed class CheckRunner(ITarget target, TimeProvider time)
{
    private const int SideBySide = 6;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Runs them and answers the results in the order of the checks.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(IReadOnlyList<Check> checks, CancellationToken cancellationToken)
    {
        var results = new CheckResult[checks.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, checks.Count, options, async (i, token) => results[i] = await RunAsync(checks[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return results;
    }

    /// <summary>Runs one.</summary>
    public async Task<CheckResult> RunAsync(Check check, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        (Outcome outcome, string reason) = await JudgeAsync(check, cancellationToken).ConfigureAwait(false);
        return new CheckResult(check.Id, check.Section, check.Title, outcome, reason, Math.Round(time.GetElapsedTime(started).TotalSeconds, 2));
    }

    private async Task<(Outcome Outcome, string Reason)> JudgeAsync(Check check, CancellationToken cancellationToken)
    {
        if (check.NotOverHttp is { } elsewhere) return (Outcome.NotApplicable, elsewhere);
        if (check.Own is { } own && !target.StartsSidecars) return (Outcome.NotApplicable, "needs sidecars of its own: " + own);
        if (check.Redis && target.Redis is null) return (Outcome.NotApplicable, "looks into Redis: give --redis HOST:PORT");
        if (check.Postgres && target.Postgres is null) return (Outcome.NotApplicable, "needs a PostgreSQL: give --postgres CONNECTION");
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Longest);
            Node? web = check.Own is null ? await target.StandardAsync(limit.Token).ConfigureAwait(false) : null;
            if (check.Since is { } since && !since.Have(target.Release)) return (Outcome.NotApplicable, $"needs Dapr {since}; the sidecar is {target.Release}");
            await using var stage = new Stage(check, target, web, limit.Token);
            await check.Run(stage).ConfigureAwait(false);
            return (Outcome.Passed, "");
        }
        catch (NotApplicableException e)
        {
            return (Outcome.NotApplicable, e.Message);
        }
        catch (CheckFailedException e)
        {
            return (Outcome.Failed, e.Message);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return (Outcome.Failed, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
