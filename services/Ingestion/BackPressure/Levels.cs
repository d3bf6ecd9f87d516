using System.Runtime.InteropServices;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>What processing had handled when it had published up to some point: who has handled that point has nothing left to do for what came until then.</summary>
/// <remarks>Not every bar becomes a point: repeats do not, and those that wait for a gap do not yet. Not thread-safe, bounded.</remarks>
internal sealed class Levels
{
    private const int MaxLevels = 64;
    private readonly List<Level> _levels = [];
    private Level _newest;

    /// <summary>Takes in what a heartbeat of processing says.</summary>
    /// <param name="handled">Newest ingest time of the bars handled, Unix milliseconds.</param>
    /// <param name="published">Newest ingest time of the points published; 0 when there were none.</param>
    public void Add(long handled, long published)
    {
        _newest = new Level(Math.Max(_newest.Handled, handled), Math.Max(_newest.Published, published));
        if (_levels.Count > 0 && _levels[^1].Published == _newest.Published) _levels.RemoveAt(_levels.Count - 1);
        if (_levels.Count == MaxLevels) _levels.RemoveAt(0);
        _levels.Add(_newest);
    }

    /// <summary>How far a service is that has handled points up to <paramref name="handled"/>.</summary>
    public long LevelOf(long handled)
    {
        for (int i = _levels.Count - 1; i >= 0; i--)
        {
            if (_levels[i].Published <= handled) return Math.Max(handled, _levels[i].Handled);
        }

        return handled;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Level(long Handled, long Published);
}
