namespace DaprTrading.MarketData;

/// <summary>One bar of a file.</summary>
/// <param name="Symbol">Canonical symbol, of a column or of the file's name.</param>
/// <param name="End">End of the bar, Unix milliseconds, UTC: a bar is known when it is over, not when it begins.</param>
/// <param name="Open">First price.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Traded quantity.</param>
/// <param name="Sequence">Position among the symbol's bars, from 1.</param>
public sealed record FileBar(string Symbol, long End, double Open, double High, double Low, double Close, double Volume, long Sequence);

/// <summary>A row that was left out.</summary>
/// <param name="Line">Line in the file, from 1; in JSON the bar's position in its list.</param>
/// <param name="Reason">Why.</param>
public sealed record BadRow(int Line, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {Line}: {Reason}");
}

/// <summary>The bars of files by time, and the rows that are none.</summary>
/// <param name="Bars">All bars, by their end.</param>
/// <param name="BadRows">The first rows that are no bars.</param>
/// <param name="BadRowCount">How many rows are no bars.</param>
public sealed record FileContent(IReadOnlyList<FileBar> Bars, IReadOnlyList<BadRow> BadRows, int BadRowCount)
{
    /// <summary>The formats found.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>What a person should know before believing indicators of these bars; bounded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A file cannot be read as market data; the message says which and why.</summary>
/// <param name="message">What was expected and what was found.</param>
public class DatasetFormatException(string message) : Exception(message);

/// <summary>There is more to read than is allowed.</summary>
/// <param name="message">What there is too much of.</param>
internal sealed class DatasetLimitException(string message) : DatasetFormatException(message);
