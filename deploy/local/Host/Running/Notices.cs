namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The latest warnings, for the person in front of the terminal. Bounded and thread-safe.</summary>
internal sealed class Notices
{
    private const int Kept = 6;

    private readonly Lock _gate = new();
    private readonly Queue<string> _latest = new();

    /// <summary>Called with every notice, by any thread; null: they are only kept.</summary>
    public Action<string>? Sink { get; set; }

    /// <summary>Adds one.</summary>
    public void Add(string notice)
    {
        lock (_gate)
        {
            _latest.Enqueue(notice);
            if (_latest.Count > Kept) _latest.Dequeue();
        }

        Sink?.Invoke(notice);
    }

    /// <summary>The latest, oldest first.</summary>
    public IReadOnlyList<string> Latest()
    {
        lock (_gate) return [.. _latest];
    }
}
