namespace DaprTrading.Aggregator.Accuracy;

/// <summary>How many bars after a signal it is judged.</summary>
internal static class Horizons
{
    /// <summary>Ascending.</summary>
    public static readonly IReadOnlyList<int> All = [1, 5, 20, 60];

    /// <summary>The longest.</summary>
    public const int Longest = 60;

    /// <summary>Position of a horizon; −1 when it is none.</summary>
    public static int PositionOf(long bars) => bars switch { 1 => 0, 5 => 1, 20 => 2, 60 => 3, _ => -1 };
}
