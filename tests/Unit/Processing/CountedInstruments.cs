using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>What the counters of one meter factory counted, by the last part of their names.</summary>
internal sealed class CountedInstruments : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _totals = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public CountedInstruments(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            _totals.AddOrUpdate(instrument.Name[(instrument.Name.LastIndexOf('.') + 1)..], value, (_, total) => total + value));
        _listener.Start();
    }

    public long this[string name] => _totals.GetValueOrDefault(name);

    public void Dispose() => _listener.Dispose();
}
