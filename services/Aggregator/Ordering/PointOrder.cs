using Dapr.Actors.Runtime;

namespace DaprTrading.Aggregator.Ordering;

/// <summary>What a delivery came to.</summary>
/// <param name="Cursor">The cursor to commit.</param>
/// <param name="Ready">Points that continue the series, in order; possibly none.</param>
/// <param name="Late">Points of gaps that were given up before, ascending; possibly none.</param>
/// <param name="Missing">Points that were given up now.</param>
internal sealed record OrderedPoints(PointCursor Cursor, List<IndicatorPoint> Ready, List<IndicatorPoint> Late, long Missing);

/// <summary>Turns points that are delivered at least once and in any order into the series: each once, ascending.</summary>
/// <remarks>
/// Early points are held in entries of their own in the actor's state, so a delivery costs what it carries however much is held. When more than
/// <paramref name="maxHeld"/> points are held the gap is given up at once, otherwise when what is behind it has waited long enough. The cursor
/// remembers what was given up: such a point that comes after all is told apart from a repeat.
/// </remarks>
internal sealed class PointOrder(IActorStateManager state, int maxHeld)
{
    /// <summary>Takes a delivery.</summary>
    /// <param name="cursor">The committed cursor.</param>
    /// <param name="points">Ascending by index; holes and repeats are allowed; may be empty.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="heldUntil">A gap is given up when something behind it came at or before this moment, Unix milliseconds.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<OrderedPoints> AcceptAsync(
        PointCursor cursor, IReadOnlyList<IndicatorPoint> points, long now, long heldUntil, CancellationToken cancellationToken)
    {
        var (ready, late) = (new List<IndicatorPoint>(points.Count), new List<IndicatorPoint>());
        List<GivenUp> gaps = [.. cursor.Gaps ?? []];
        long next = cursor.Next;
        int index = 0;
        for (; index < points.Count && points[index].N <= next; index++)
        {
            if (points[index].N == next)
            {
                ready.Add(points[index]);
                next++;
            }
            else if (TryTake(gaps, points[index].N))
            {
                late.Add(points[index]);
            }
        }

        List<HeldRun> held = [.. cursor.Held];
        while (index < points.Count)
        {
            int end = EndOfRun(points, index);
            await HoldAsync(held, points, index, end, now, cancellationToken);
            index = end;
        }

        next = await ReleaseAsync(held, next, ready, cancellationToken);
        long missing = 0;
        while (held.Count > 0 && (held.Sum(run => run.Count) > maxHeld || held.Min(run => run.Since) <= heldUntil))
        {
            missing += held[0].First - next;
            gaps.Add(new GivenUp(next, held[0].First - 1));
            next = await ReleaseAsync(held, held[0].First, ready, cancellationToken);
        }

        gaps.RemoveRange(0, Math.Max(0, gaps.Count - PointCursor.MostGaps));
        return new OrderedPoints(new PointCursor(next, held, gaps.Count > 0 ? gaps : null), ready, late, missing);
    }

    private static string EntryOf(long first) => $"held-{first}";

    /// <summary>Takes an index out of what was given up; false when it is not there.</summary>
    private static bool TryTake(List<GivenUp> gaps, long n)
    {
        int at = gaps.FindIndex(gap => gap.Contains(n));
        if (at < 0)
        {
            return false;
        }

        GivenUp gap = gaps[at];
        gaps.RemoveAt(at);
        if (n < gap.Last)
        {
            gaps.Insert(at, gap with { First = n + 1 });
        }

        if (n > gap.First)
        {
            gaps.Insert(at, gap with { Last = n - 1 });
        }

        return true;
    }

    private static int EndOfRun(IReadOnlyList<IndicatorPoint> points, int start)
    {
        int end = start + 1;
        while (end < points.Count && points[end].N <= points[end - 1].N + 1)
        {
            end++;
        }

        return end;
    }

    private async Task HoldAsync(
        List<HeldRun> held, IReadOnlyList<IndicatorPoint> points, int start, int end, long now, CancellationToken cancellationToken)
    {
        var run = new HeldRun(points[start].N, points[end - 1].N, now);
        int same = held.FindIndex(other => other.First == run.First);
        if (held.Exists(other => other.First <= run.First && other.Last >= run.Last))
        {
            return;
        }

        await state.SetStateAsync<IReadOnlyList<IndicatorPoint>>(
            EntryOf(run.First), [.. points.Skip(start).Take(end - start).DistinctBy(point => point.N)], cancellationToken);
        if (same >= 0)
        {
            held[same] = run with { Since = held[same].Since };
            return;
        }

        int at = held.FindIndex(other => other.First > run.First);
        held.Insert(at < 0 ? held.Count : at, run);
    }

    private async Task<long> ReleaseAsync(List<HeldRun> held, long next, List<IndicatorPoint> ready, CancellationToken cancellationToken)
    {
        while (held.Count > 0 && held[0].First <= next)
        {
            string entry = EntryOf(held[0].First);
            foreach (IndicatorPoint point in await state.GetStateAsync<IReadOnlyList<IndicatorPoint>>(entry, cancellationToken))
            {
                if (point.N == next)
                {
                    ready.Add(point);
                    next++;
                }
            }

            await state.RemoveStateAsync(entry, cancellationToken);
            held.RemoveAt(0);
        }

        return next;
    }
}
