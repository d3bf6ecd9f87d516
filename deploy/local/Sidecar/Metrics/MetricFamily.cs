using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>The series of one name, by the values of their labels. The number of series is bounded: what comes later shares one.</summary>
internal sealed class MetricFamily<TSeries>(string name, string help, string appId, params string[] labels)
    where TSeries : IMetricSeries, new()
{
    private const int MaxSeries = 1000;
    private const string Rest = "other";

    private readonly ConcurrentDictionary<string, TSeries> _series = new(StringComparer.Ordinal);

    /// <summary>The series of these label values, in the order of the names. Keep it where it is used often.</summary>
    public TSeries With(params ReadOnlySpan<string> values)
    {
        var text = new StringBuilder(64);
        Label(text, "app_id", appId);
        for (int i = 0; i < labels.Length; i++) Label(text, labels[i], values[i]);
        string key = text.ToString();
        if (_series.TryGetValue(key, out TSeries? known)) return known;
        if (_series.Count < MaxSeries) return _series.GetOrAdd(key, static _ => new TSeries());
        text.Clear();
        Label(text, "app_id", appId);
        foreach (string label in labels) Label(text, label, Rest);
        return _series.GetOrAdd(text.ToString(), static _ => new TSeries());
    }

    /// <summary>Prometheus text, nothing when there are no series.</summary>
    public void Write(StringBuilder to)
    {
        if (_series.IsEmpty) return;
        to.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        to.Append("# TYPE ").Append(name).Append(' ').Append(TSeries.Kind).Append('\n');
        foreach (var (text, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal)) series.Write(to, name, text);
    }

    private static void Label(StringBuilder to, string label, string value)
    {
        if (to.Length > 0) to.Append(',');
        to.Append(label).Append("=\"").Append(value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
    }
}

/// <summary>One line, or a few, of a family.</summary>
internal interface IMetricSeries
{
    /// <summary>Prometheus type.</summary>
    static abstract string Kind { get; }

    void Write(StringBuilder to, string name, string labels);
}

/// <summary>A number that only grows. Safe from any thread.</summary>
internal sealed class CounterSeries : IMetricSeries
{
    private long _value;

    public static string Kind => "counter";

    public void Add(long count = 1) => Interlocked.Add(ref _value, count);

    /// <summary>Takes over a total counted elsewhere.</summary>
    public void Raise(long total) => Volatile.Write(ref _value, total);

    public void Write(StringBuilder to, string name, string labels) =>
        to.Append(name).Append('{').Append(labels).Append("} ").Append(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _value)}\n");
}

/// <summary>A number that is what it was set to.</summary>
internal sealed class GaugeSeries : IMetricSeries
{
    private long _value;

    public static string Kind => "gauge";

    public void Set(long value) => Volatile.Write(ref _value, value);

    public void Write(StringBuilder to, string name, string labels) =>
        to.Append(name).Append('{').Append(labels).Append("} ").Append(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _value)}\n");
}

/// <summary>How long things took, in milliseconds, in Dapr's buckets. Safe from any thread.</summary>
internal sealed class LatencySeries : IMetricSeries
{
    private static readonly double[] Bounds =
    [
        1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650, 800, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
    ];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _ticks;

    public static string Kind => "histogram";

    public void Add(TimeSpan took)
    {
        int bucket = Array.BinarySearch(Bounds, took.TotalMilliseconds);
        Interlocked.Increment(ref _counts[bucket < 0 ? ~bucket : bucket]);
        Interlocked.Add(ref _ticks, took.Ticks);
    }

    public void Write(StringBuilder to, string name, string labels)
    {
        long count = 0;
        for (int i = 0; i < Bounds.Length; i++)
        {
            count += Volatile.Read(ref _counts[i]);
            to.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{Bounds[i]}\"}} {count}\n");
        }

        count += Volatile.Read(ref _counts[^1]);
        to.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"+Inf\"}} {count}\n");
        to.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalMilliseconds}\n");
        to.Append(CultureInfo.InvariantCulture, $"{name}_count{{{labels}}} {count}\n");
    }
}
