namespace DaprTrading.Dataset.Files;

/// <summary>A file that can be replayed.</summary>
/// <param name="Name">File name without its extension.</param>
/// <param name="File">File name.</param>
/// <param name="Bytes">Size.</param>
internal sealed record DatasetFile(string Name, string File, long Bytes);

/// <summary>One bar of a file.</summary>
/// <param name="Symbol">Symbol as the file spells it, or the file's name.</param>
/// <param name="End">End of the bar, Unix milliseconds, UTC: a bar is known when it is over, not when it begins.</param>
/// <param name="Sequence">Position among the symbol's bars in the file, from 1.</param>
internal sealed record FileBar(string Symbol, long End, double Open, double High, double Low, double Close, double Volume, long Sequence);

/// <summary>A row that was left out.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Reason">Why.</param>
internal sealed record BadRow(int Line, string Reason);

/// <summary>The bars of a file by time, and the rows that are none.</summary>
internal sealed record FileContent(IReadOnlyList<FileBar> Bars, IReadOnlyList<BadRow> BadRows, int BadRowCount);

/// <summary>A file cannot be read as market data.</summary>
internal sealed class DatasetFormatException(string message) : Exception(message);
