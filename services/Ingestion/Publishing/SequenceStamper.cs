using System.Runtime.InteropServices;
using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.Publishing;

/// <summary>Numbers the records that come without a sequence: contiguous from 1 per source and symbol, under a
/// source name unique to this process (with the producer's own name in front, when it gave one).</summary>
/// <remarks>Not thread-safe: it belongs to the one publishing loop.</remarks>
/// <param name="instance">Unique per process.</param>
internal sealed class SequenceStamper(string instance)
{
    /// <summary>Producers' names that are kept; records of further ones are numbered under the process's own.</summary>
    internal const int MaxSources = 1000;

    private readonly Dictionary<(string Source, string Symbol), long> _sequences = [];
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private int _epoch = 1;

    /// <summary>Number of counters kept.</summary>
    public int Count => _sequences.Count;

    public Bar Stamp(string symbol, Bar bar)
    {
        if (bar.Sequence > 0) return bar;
        string source = SourceName(bar.Source);
        return bar with { Source = source, Sequence = Next(source, symbol) };
    }

    public MarketEvent Stamp(MarketEvent marketEvent)
    {
        if (marketEvent.Sequence > 0) return marketEvent;
        string source = SourceName(marketEvent.Source);
        return marketEvent with { Source = source, Sequence = Next(source, "#" + marketEvent.Symbol) };
    }

    /// <summary>
    /// Starts a new source name. Called when a publish failed for good: its numbers may or may not have reached the broker, and going on
    /// after them could leave a gap that every symbol would wait for.
    /// </summary>
    public void BeginEpoch()
    {
        _epoch++;
        _sequences.Clear();
        _sources.Clear();
    }

    private long Next(string source, string symbol)
    {
        ref long sequence = ref CollectionsMarshal.GetValueRefOrAddDefault(_sequences, (source, symbol), out _);
        return ++sequence;
    }

    private string SourceName(string producer)
    {
        if (_sources.TryGetValue(producer, out string? name)) return name;
        // The process's own name always has room beside those of the producers.
        if (producer.Length > 0 && _sources.Count >= MaxSources) return SourceName("");
        return _sources[producer] = StampedSource.Name(producer, instance, _epoch);
    }
}
