using System.Diagnostics.Metrics;

namespace DaprTrading.Visualization;

/// <summary>What this service counts and measures.</summary>
internal sealed class VisualizationMetrics
{
    private readonly Counter<long> _pushed;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _latency;

    public VisualizationMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Visualization");
        _pushed = meter.CreateCounter<long>("daprtrading.visualization.pushed", "{point}", "Points that reached the last step to the browsers.");
        _dropped = meter.CreateCounter<long>(
            "daprtrading.visualization.disconnects", "{client}", "Browsers disconnected because they could not keep up.");
        _latency = meter.CreateHistogram<double>("daprtrading.visualization.latency", "s", "From ingest to the push to the browsers.");
    }

    /// <summary>Counts points.</summary>
    public void Pushed(long count) => _pushed.Add(count);

    /// <summary>Counts a browser that was disconnected.</summary>
    public void Disconnected() => _dropped.Add(1);

    /// <summary>Records the way of one point from ingest to push.</summary>
    public void Took(long latencyMs) => _latency.Record(latencyMs / 1000.0);
}
