using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.Parsing;

/// <summary>A valid bar. A sequence of 0 means that the producer did not number it.</summary>
internal readonly record struct ParsedBar(string Symbol, Bar Bar);

/// <summary>What a request's body contained.</summary>
internal sealed class ParsedRequest
{
    public List<ParsedBar> Bars { get; } = [];

    public List<MarketEvent> Events { get; } = [];

    public List<RejectedRecord> Rejected { get; } = [];

    public int Accepted => Bars.Count + Events.Count;

    /// <summary>Why the body could not be read at all, by field when that is known; null when it could.</summary>
    public (string Field, string Message)? Malformed { get; set; }

    public bool TooManyRecords { get; set; }
}
