using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Notification;

/// <summary>A point at which something was told.</summary>
/// <param name="N">Index of the point.</param>
/// <param name="Time">Time of its bar, Unix milliseconds.</param>
/// <param name="IngestedAt">When the edge accepted its bar, Unix milliseconds; 0 in what layout 1 wrote.</param>
internal sealed record Told(long N, long Time, long IngestedAt);

/// <summary>The newest points at which something was told. Immutable, bounded.</summary>
/// <param name="Points">Ascending by index; null in layout 1.</param>
/// <param name="N">Layout 1: index of the last point.</param>
/// <param name="Time">Layout 1: time of its bar.</param>
/// <param name="Layout">Number of the layout.</param>
internal sealed record CoolDownMemory(IReadOnlyList<Told>? Points, long? N = null, long? Time = null, int Layout = 1)
{
    /// <summary>Points that are remembered.</summary>
    public const int MostPoints = 16;

    private const int CurrentLayout = 2;

    public static readonly CoolDownMemory None = new([], Layout: CurrentLayout);

    public int Layout { get; init; } = StoredLayout.Checked(Layout, CurrentLayout, "The memory of a cool-down");

    /// <summary>In the layout of this build.</summary>
    public CoolDownMemory Current() => Points is not null ? this : new CoolDownMemory([new Told(N ?? 0, Time ?? 0, 0)], Layout: CurrentLayout);

    /// <summary>With one more point.</summary>
    public CoolDownMemory With(Told told) => this with { Points = [.. Points!.Append(told).OrderBy(each => each.N).TakeLast(MostPoints)] };
}

/// <summary>How long nothing is told again. Both are measured in the series, so a replay behaves as the day itself did.</summary>
/// <param name="Bars">Bars around one that was told.</param>
/// <param name="Time">Bar time around one that was told.</param>
internal readonly record struct CoolDown(int Bars, TimeSpan Time)
{
    /// <summary>A point of a series that began anew is accepted this much later than those with higher indexes at least; a redelivery is not.</summary>
    private const long NewSeriesMs = 600_000;

    /// <summary>Nothing is held back.</summary>
    public bool IsOff => Bars == 0 && Time == TimeSpan.Zero;

    /// <summary>What is remembered once a point has been told; null when it may not be told.</summary>
    /// <remarks>
    /// A point that was told may be told again: that is a repeat, which has the same id. One that was held back is held back again, whatever was told since,
    /// because what held it back is remembered; one from before all that is remembered is told no more.
    /// </remarks>
    public CoolDownMemory? After(CoolDownMemory memory, Told point)
    {
        IReadOnlyList<Told> points = memory.Points!;
        if (points.Any(told => told.N == point.N))
        {
            return memory;
        }

        if (points.Count > 0 && point.N < points[^1].N && points[^1].IngestedAt > 0 && point.IngestedAt > points[^1].IngestedAt + NewSeriesMs)
        {
            return CoolDownMemory.None.With(point);
        }

        bool forgotten = points.Count >= CoolDownMemory.MostPoints && point.N < points[0].N;
        (int bars, double time) = (Bars, Time.TotalMilliseconds);
        return forgotten || points.Any(told => Math.Abs(point.N - told.N) <= bars || Math.Abs(point.Time - told.Time) < time) ? null : memory.With(point);
    }
}

/// <summary>Remembers in the state store when something was last told, so that replicas and restarts agree.</summary>
internal sealed class CoolDowns(DaprClient dapr)
{
    private const int MaxAttempts = 20;

    /// <summary>Whether <paramref name="subject"/> may be told of at this point; if so the point is remembered.</summary>
    public async Task<bool> TryTellAsync(string subject, CoolDown coolDown, Told point, CancellationToken cancellationToken)
    {
        if (coolDown.IsOff)
        {
            return true;
        }

        string key = "cooldown:" + subject;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (CoolDownMemory? stored, string etag) = await dapr.GetStateAndETagAsync<CoolDownMemory?>(StateStores.State, key, cancellationToken: cancellationToken);
            CoolDownMemory before = (stored ?? CoolDownMemory.None).Current();
            if (coolDown.After(before, point) is not { } after)
            {
                return false;
            }

            if (ReferenceEquals(before, after) || await dapr.TrySwapAsync(StateStores.State, key, after, etag, cancellationToken))
            {
                return true;
            }
        }

        throw new DaprException($"The cool-down of '{subject}' was changed by others {MaxAttempts} times in a row.");
    }
}
