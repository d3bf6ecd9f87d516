namespace DaprTrading.Aggregator.History;

/// <summary>The database of sealed segments. A segment never changes once it is written; writing it again writes the same.</summary>
internal interface ISegmentStore
{
    /// <summary>Writes a sealed segment.</summary>
    Task SaveAsync<T>(string key, IReadOnlyList<T> items, CancellationToken cancellationToken);

    /// <summary>Reads a segment; empty when it is no longer kept.</summary>
    Task<IReadOnlyList<T>> ReadAsync<T>(string key, CancellationToken cancellationToken);

    /// <summary>Deletes a segment; one that does not exist is fine.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}
