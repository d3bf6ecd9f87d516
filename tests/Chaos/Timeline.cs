using System.Globalization;

namespace DaprTrading.Tests.Chaos;

/// <summary>What happened when; shown when a run fails, and written to the file of <c>DAPRTRADING_CHAOS_TIMELINE</c> as it happens. Thread-safe.</summary>
internal sealed class Timeline
{
    private readonly string? _file = Environment.GetEnvironmentVariable("DAPRTRADING_CHAOS_TIMELINE");
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly List<string> _lines = [];

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    public void Add(string what)
    {
        lock (_lines)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,7:0.0} s  {what}"));
            if (!string.IsNullOrEmpty(_file)) File.AppendAllText(_file, _lines[^1] + "\n");
        }
    }

    public override string ToString()
    {
        lock (_lines) return string.Join('\n', _lines);
    }
}
