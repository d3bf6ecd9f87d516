namespace DaprTrading.Visualization.Live;

/// <summary>The newest state of one symbol, for the watch list. Hub message <c>quotes</c>.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="N">Index of the point.</param>
/// <param name="Time">Time of the bar, Unix milliseconds, UTC.</param>
/// <param name="Last">Close of the bar.</param>
/// <param name="Change">Last less the reference of the day.</param>
/// <param name="ChangePercent">The change in percent.</param>
/// <param name="Volume">Volume of the UTC day.</param>
/// <param name="Rsi14">RSI; null while warming up.</param>
/// <param name="Unchanged">Closes in a row without movement.</param>
/// <param name="Trend">One of <see cref="Trends"/>.</param>
/// <param name="Source">Source of the bar.</param>
/// <param name="IngestedAt">When the edge accepted the bar, Unix milliseconds, UTC.</param>
/// <param name="SentAt">When this was sent, Unix milliseconds, UTC.</param>
internal sealed record Quote(
    string Symbol, long N, long Time, double Last, double Change, double ChangePercent, double Volume, double? Rsi14, int Unchanged,
    string Trend, string Source, long IngestedAt, long SentAt);

/// <summary>Consecutive points of a watched symbol. Hub message <c>points</c>.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="PreviousN">The index before the first point: a client whose newest index is lower has missed something.</param>
/// <param name="Points">Ascending by index without a hole.</param>
internal sealed record PointsMessage(string Symbol, long PreviousN, IReadOnlyList<IndicatorPoint> Points);
