namespace DaprTrading.Tests.Unit.Ordering;

/// <summary>What a broker that delivers at least once and in no order does to a series, from a seed.</summary>
internal static class Disturbance
{
    /// <summary>Deliveries of random size: neighbours swapped within <paramref name="reach"/> places, some items repeated, some lost.</summary>
    public static List<List<T>> Of<T>(IReadOnlyList<T> items, Random random, int reach, double repeated, Func<T, bool>? lost = null)
    {
        var keyed = new List<(double At, T Item)>();
        for (int i = 0; i < items.Count; i++)
        {
            if (lost?.Invoke(items[i]) == true)
                continue;
            keyed.Add((i + random.NextDouble() * reach, items[i]));
            while (random.NextDouble() < repeated)
                keyed.Add((i + random.NextDouble() * reach * 2, items[i]));
        }

        var batches = new List<List<T>>();
        foreach ((double _, T item) in keyed.OrderBy(k => k.At))
        {
            if (batches.Count == 0 || random.Next(4) == 0)
                batches.Add([]);
            batches[^1].Add(item);
        }

        return batches;
    }
}
