using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Notification;

/// <summary>The last time something was told.</summary>
/// <param name="N">Index of the point.</param>
/// <param name="Time">Time of its bar, Unix milliseconds.</param>
internal sealed record Told(long N, long Time);

/// <summary>How long nothing is told again. Both are measured in the series, so a replay behaves as the day itself did.</summary>
/// <param name="Bars">Bars after the last one told.</param>
/// <param name="Time">Bar time after the last one told.</param>
internal readonly record struct CoolDown(int Bars, TimeSpan Time)
{
    /// <summary>Nothing is held back.</summary>
    public bool IsOff => Bars == 0 && Time == TimeSpan.Zero;

    /// <summary>
    /// Whether a point may be told after <paramref name="last"/>. The same point may: that is a repeat, which has the same id. So may one from
    /// before, when the series began anew.
    /// </summary>
    public bool Allows(Told? last, long n, long time)
    {
        if (last is null || last.N == n)
        {
            return true;
        }

        return Math.Abs(n - last.N) > Bars && Math.Abs(time - last.Time) >= Time.TotalMilliseconds;
    }
}

/// <summary>Remembers in the state store when something was last told, so that replicas and restarts agree.</summary>
internal sealed class CoolDowns(DaprClient dapr)
{
    private const int MaxAttempts = 20;

    /// <summary>Whether <paramref name="subject"/> may be told of at this point; if so the point is remembered.</summary>
    public async Task<bool> TryTellAsync(string subject, CoolDown coolDown, long n, long time, CancellationToken cancellationToken)
    {
        if (coolDown.IsOff)
        {
            return true;
        }

        string key = "cooldown:" + subject;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (Told? last, string etag) = await dapr.GetStateAndETagAsync<Told?>(StateStores.State, key, cancellationToken: cancellationToken);
            if (!coolDown.Allows(last, n, time))
            {
                return false;
            }

            var told = new Told(n, time);
            if (last == told || await dapr.TrySwapAsync(StateStores.State, key, told, etag, cancellationToken))
            {
                return true;
            }
        }

        throw new DaprException($"The cool-down of '{subject}' was changed by others {MaxAttempts} times in a row.");
    }
}
