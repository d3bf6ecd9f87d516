using Dapr.Actors.Runtime;

namespace DaprTrading.Aggregator.Ordering;

/// <summary>What a delivery came to.</summary>
/// <param name="Cursor">The cursor to commit.</param>
/// <param name="Ready">Points that continue the series, in order; possibly none.</param>
internal sealed record OrderedPoints(PointCursor Cursor, List<IndicatorPoint> Ready);

/// <summary>Turns points that are delivered at least once and in any order into the series: each once, ascending.</summary>
/// <remarks>
/// Early points are held in entries of their own in the actor's state, so a delivery costs what it carries however much is held. When more than
/// <paramref name="maxHeld"/> points are held the gap is given up at once, otherwise when the caller says so.
/// </remarks>
internal sealed class PointOrder(IActorStateManager state, int maxHeld)
{
    /// <summary>Takes a delivery.</summary>
    /// <param name="cursor">The committed cursor.</param>
    /// <param name="points">Ascending by index; holes and repeats are allowed.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<OrderedPoints> AcceptAsync(
        PointCursor cursor, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        var ready = new List<IndicatorPoint>(points.Count);
        long next = cursor.Next;
        int index = 0;
        for (; index < points.Count && points[index].N <= next; index++)
        {
            if (points[index].N == next)
            {
                ready.Add(points[index]);
                next++;
            }
        }

        List<HeldRun> held = [.. cursor.Held];
        while (index < points.Count)
        {
            int end = EndOfRun(points, index);
            await HoldAsync(held, points, index, end, cancellationToken);
            index = end;
        }

        next = await ReleaseAsync(held, next, ready, cancellationToken);
        while (held.Sum(run => run.Count) > maxHeld)
        {
            next = await ReleaseAsync(held, held[0].First, ready, cancellationToken);
        }

        return new OrderedPoints(Move(cursor, next, held), ready);
    }

    /// <summary>Gives up the first gap: the series continues with what is held.</summary>
    public async Task<OrderedPoints> SkipGapAsync(PointCursor cursor, CancellationToken cancellationToken)
    {
        var ready = new List<IndicatorPoint>();
        List<HeldRun> held = [.. cursor.Held];
        long next = held.Count == 0 ? cursor.Next : await ReleaseAsync(held, held[0].First, ready, cancellationToken);
        return new OrderedPoints(Move(cursor, next, held), ready);
    }

    private static PointCursor Move(PointCursor cursor, long next, List<HeldRun> held) =>
        new(next, held, held.Count == 0 ? null : cursor.WaitingFor);

    private static string EntryOf(long first) => $"held-{first}";

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
        List<HeldRun> held, IReadOnlyList<IndicatorPoint> points, int start, int end, CancellationToken cancellationToken)
    {
        var run = new HeldRun(points[start].N, points[end - 1].N);
        int same = held.FindIndex(other => other.First == run.First);
        if (held.Exists(other => other.First <= run.First && other.Last >= run.Last))
        {
            return;
        }

        await state.SetStateAsync<IReadOnlyList<IndicatorPoint>>(
            EntryOf(run.First), [.. points.Skip(start).Take(end - start).DistinctBy(point => point.N)], cancellationToken);
        if (same >= 0)
        {
            held[same] = run;
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
