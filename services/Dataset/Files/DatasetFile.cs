using System.Text.Json.Serialization;

namespace DaprTrading.Dataset.Files;

/// <summary>A file that can be replayed.</summary>
/// <param name="Name">File name without its extension, or with it where two files would have the same name.</param>
/// <param name="File">File name.</param>
/// <param name="Bytes">Size on disk.</param>
internal sealed record DatasetFile(string Name, string File, long Bytes)
{
    /// <summary>Folder it lies in.</summary>
    [JsonIgnore]
    public string Folder { get; init; } = "";
}

/// <summary>One bar of a file.</summary>
/// <param name="Symbol">Symbol as the file spells it, or the file's name.</param>
/// <param name="End">End of the bar, Unix milliseconds, UTC: a bar is known when it is over, not when it begins.</param>
/// <param name="Sequence">Position among the symbol's bars, from 1.</param>
internal sealed record FileBar(string Symbol, long End, double Open, double High, double Low, double Close, double Volume, long Sequence);

/// <summary>A row that was left out.</summary>
/// <param name="Line">Line in the file, from 1; in JSON the bar's position in its list.</param>
/// <param name="Reason">Why.</param>
internal sealed record BadRow(int Line, string Reason);

/// <summary>The bars of files by time, and the rows that are none.</summary>
internal sealed record FileContent(IReadOnlyList<FileBar> Bars, IReadOnlyList<BadRow> BadRows, int BadRowCount)
{
    /// <summary>The formats found.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>What a person should know before believing indicators of these bars; bounded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>How files are to be read.</summary>
/// <param name="Format">One of <see cref="Formats"/>; null: recognised by the shape of the file.</param>
/// <param name="TradeInterval">Length of the bars made of trades, milliseconds.</param>
internal sealed record ReadSettings(string? Format, long TradeInterval)
{
    /// <summary>Recognise the format; one-minute bars of trades.</summary>
    public static ReadSettings Default { get; } = new(null, 60_000);
}

/// <summary>A file cannot be read as market data.</summary>
internal sealed class DatasetFormatException(string message) : Exception(message);
