namespace DaprTrading.Contracts;

/// <summary>What an event of another service must be. Who wrote it has checked it, but anyone may publish.</summary>
/// <remarks>The bounds are those of bars: beyond them sums overflow, indexes wrap around, or a state grows without bound. Pure; no allocation when all is well.</remarks>
public static class EventCheck
{
    /// <summary>Longest name of a strategy, in characters.</summary>
    public const int MaxStrategyLength = 64;

    private const double MaxMagnitude = 1e15;
    private const long MaxInteger = 1L << 53;
    private const int MaxSourceLength = 256;
    private const int MaxIdLength = 256;
    private const int MaxReasons = 100;
    private const int MaxReasonLength = 2_000;

    /// <summary>What is wrong with points; null when nothing is.</summary>
    public static string? Find(IndicatorBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Symbol is null || !CanonicalSymbol.IsValid(batch.Symbol)) return "has no canonical symbol";
        if (batch.Points is not { Count: > 0 }) return "has no points";
        for (int i = 0; i < batch.Points.Count; i++)
        {
            if (Find(batch.Points[i]) is { } problem) return $"has a point {problem} (position {i})";
            if (i > 0 && batch.Points[i].N != batch.Points[i - 1].N + 1) return $"has points that do not follow one another (position {i})";
        }

        if (batch.Previous is null) return null;
        return Find(batch.Previous) is { } wrong ? $"has a previous point {wrong}"
            : batch.Previous.N != batch.Points[0].N - 1 ? "has a previous point that is not the one before"
            : null;
    }

    /// <summary>What is wrong with a signal; null when nothing is.</summary>
    public static string? Find(TradingSignal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        if (signal.Symbol is null || !CanonicalSymbol.IsValid(signal.Symbol)) return "has no canonical symbol";
        if (signal.Id is not { Length: > 0 and <= MaxIdLength }) return "has no id, or one above 256 characters";
        if (signal.Strategy is not { Length: > 0 and <= MaxStrategyLength }) return "has no strategy, or one above 64 characters";
        if (signal.Side is not (Side.Buy or Side.Sell)) return "has no side";
        if (signal.N is < 1 or > MaxInteger) return "has an index that is not from 1 to 2^53";
        if (!IsPrice(signal.Price)) return "has a price that is not above 0 and at most 1e15";
        if (!(signal.Confidence is >= 0 and <= 1)) return "has a confidence that is not from 0 to 1";
        if (signal.Source is null or { Length: > MaxSourceLength }) return "has no source, or one above 256 characters";
        if (signal.Reasons is not { Count: <= MaxReasons } reasons || reasons.Any(static reason => reason is null or { Length: > MaxReasonLength }))
            return "has no reasons, or too long ones";
        return IsTime(signal.BarTime) && IsTime(signal.IngestedAt) ? null : "has a time beyond 2^53 ms";
    }

    private static string? Find(IndicatorPoint? point)
    {
        if (point is null) return "that is null";
        if (point.N is < 1 or > MaxInteger) return "whose index is not from 1 to 2^53";
        if (!IsPrice(point.Open) || !IsPrice(point.High) || !IsPrice(point.Low) || !IsPrice(point.Close)) return "with a price that is not above 0 and at most 1e15";
        if (!(point.Volume >= 0 && point.Volume <= MaxMagnitude)) return "with a volume that is not from 0 to 1e15";
        if (point.Source is null or { Length: > MaxSourceLength }) return "without a source, or with one above 256 characters";
        return IsTime(point.Time) && IsTime(point.IngestedAt) ? null : "with a time beyond 2^53 ms";
    }

    private static bool IsPrice(double price) => price > 0 && price <= MaxMagnitude;

    private static bool IsTime(long time) => Math.Abs((double)time) <= MaxInteger;
}
