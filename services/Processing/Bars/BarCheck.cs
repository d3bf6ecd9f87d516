using DaprTrading.Contracts;

namespace DaprTrading.Processing.Bars;

/// <summary>Whether an event on the bus is what <see cref="BarBatch"/> promises. Ingestion has checked its bars already, but anyone may publish.</summary>
/// <remarks>The bounds are those of the edge: beyond them sums overflow, sequences wrap around, or a state grows without bound.</remarks>
internal static class BarCheck
{
    private const double MaxMagnitude = 1e15;
    internal const long MaxInteger = 1L << 53;
    internal const int MaxSourceLength = 128;

    /// <summary>What is wrong with an event; null when nothing is.</summary>
    public static string? Find(BarBatch batch)
    {
        if (batch.Symbol is null || !CanonicalSymbol.IsValid(batch.Symbol)) return "has no canonical symbol";
        if (batch.Bars is not { Count: > 0 }) return "has no bars";
        for (int i = 0; i < batch.Bars.Count; i++)
        {
            if (Find(batch.Bars[i]) is { } problem) return $"has a bar {problem} (index {i})";
        }

        return null;
    }

    private static string? Find(Bar? bar)
    {
        if (bar is null) return "that is null";
        if (!IsPrice(bar.Open) || !IsPrice(bar.High) || !IsPrice(bar.Low) || !IsPrice(bar.Close)) return "with a price that is not above 0 and at most 1e15";
        if (!(bar.Volume >= 0 && bar.Volume <= MaxMagnitude)) return "with a volume that is not from 0 to 1e15";
        if (!IsSource(bar.Source)) return "without a source, or with one that is not at most 128 printable ASCII characters";
        if (bar.Sequence is < 1 or > MaxInteger) return "whose sequence is not from 1 to 2^53";
        return Math.Abs((double)bar.Time) <= MaxInteger && Math.Abs((double)bar.IngestedAt) <= MaxInteger ? null : "with a time beyond 2^53 ms";
    }

    /// <summary>Whether a source has a name as long as any that comes by the edge; longer ones would make states larger than they may be.</summary>
    internal static bool IsSource(string? source) =>
        source is { Length: > 0 and <= MaxSourceLength } && !source.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsPrice(double price) => price > 0 && price <= MaxMagnitude;
}
