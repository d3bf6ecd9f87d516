using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaprTrading.ServiceDefaults;

/// <summary>Running totals of every counter of the product's meters, for heartbeats and <c>/metrics</c>.</summary>
/// <remarks>A tag's value becomes part of the name (<c>….rejections.close</c>), except the symbol, which is added up. Thread-safe.</remarks>
public sealed class CounterTotals : IDisposable
{
    private const int MaxNames = 500;
    private readonly ConcurrentDictionary<string, Total> _totals = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Starts listening.</summary>
    public CounterTotals()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("DaprTrading.", StringComparison.Ordinal) && instrument is Counter<long>)
            {
                listener.EnableMeasurementEvents(instrument, TotalOf(instrument.Name));
            }
        };
        _listener.SetMeasurementEventCallback<long>(OnMeasurement);
        _listener.Start();
    }

    /// <summary>The totals by name.</summary>
    public Dictionary<string, double> Snapshot()
    {
        var snapshot = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, total) in _totals) snapshot[name] = total.Value;
        return snapshot;
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void OnMeasurement(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        Total total = (Total)state!;
        foreach (var tag in tags)
        {
            if (!tag.Key.Equals("daprtrading.symbol", StringComparison.Ordinal)) total = TotalOf($"{instrument.Name}.{tag.Value}");
        }

        total.Add(value);
    }

    private Total TotalOf(string name) =>
        _totals.Count >= MaxNames && !_totals.ContainsKey(name)
            ? _totals.GetOrAdd("daprtrading.other", static _ => new Total())
            : _totals.GetOrAdd(name, static _ => new Total());

    private sealed class Total
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long value) => Interlocked.Add(ref _value, value);
    }
}
