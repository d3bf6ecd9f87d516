namespace DaprTrading.Contracts;

/// <summary>One price bar of one symbol, as accepted at the edge.</summary>
/// <param name="Time">Time of the bar as the producer stamped it, Unix milliseconds, UTC.</param>
/// <param name="Open">First price, in the instrument's quote currency; finite and above zero.</param>
/// <param name="High">Highest price; not below any other price of the bar.</param>
/// <param name="Low">Lowest price; not above any other price of the bar.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Traded quantity; finite, zero or more.</param>
/// <param name="Source">Who numbered the bar: the producer, or the ingestion instance that stamped it.</param>
/// <param name="Sequence">Contiguous from 1 per <paramref name="Source"/> and symbol.</param>
/// <param name="IngestedAt">When the edge accepted it, Unix milliseconds, UTC.</param>
public sealed record Bar(
    long Time, double Open, double High, double Low, double Close, double Volume, string Source, long Sequence, long IngestedAt);

/// <summary>Consecutive bars of one symbol: one event, and one actor call. Topic <c>bars</c>.</summary>
/// <param name="Symbol">Canonical symbol: upper case, letters, digits and <c>. - _ ^ =</c>, at most 32 characters.</param>
/// <param name="Bars">At least one bar; ascending by sequence within each source.</param>
public sealed record BarBatch(string Symbol, IReadOnlyList<Bar> Bars);
