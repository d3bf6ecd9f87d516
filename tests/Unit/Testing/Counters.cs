using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Unit.Testing;

/// <summary>Meters of one test, and what was counted on them.</summary>
internal sealed class Counters : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentDictionary<string, long> _totals = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public Counters()
    {
        Meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, Meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _totals.AddOrUpdate(instrument.Name, value, (_, total) => total + value));
        _listener.Start();
    }

    public IMeterFactory Meters { get; }

    /// <summary>Total of the counter of that name; 0 when nothing was counted.</summary>
    public long this[string name] => _totals.GetValueOrDefault(name);

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }
}
