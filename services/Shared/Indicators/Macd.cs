using System.Runtime.InteropServices;

namespace DaprTrading.Indicators;

/// <summary>One value of <see cref="Macd"/>, in the unit of the prices; every part is NaN until it is warmed up.</summary>
/// <param name="Fast">The fast average.</param>
/// <param name="Slow">The slow average.</param>
/// <param name="Line">Fast less slow.</param>
/// <param name="Signal">Average of the line.</param>
/// <param name="Histogram">Line less signal.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MacdValue(double Fast, double Slow, double Line, double Signal, double Histogram);

/// <summary>Moving average convergence divergence: a fast EMA less a slow one, and an EMA of that difference.</summary>
/// <remarks>
/// Each average is seeded on its own: with 12, 26, 9 the line starts at the 26th value, the signal at the 34th.
/// O(1) per value, no allocation. Not thread-safe. Source: G. Appel, 1979. Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class Macd
{
    private readonly Ema _fast, _slow, _signal;

    /// <param name="fast">Period of the fast average; at least 1.</param>
    /// <param name="slow">Period of the slow average; above <paramref name="fast"/>.</param>
    /// <param name="signal">Period of the signal line; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A period is out of range.</exception>
    public Macd(int fast = 12, int slow = 26, int signal = 9)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slow, fast);
        _fast = new Ema(fast);
        _slow = new Ema(slow);
        _signal = new Ema(signal);
    }

    /// <summary>Takes in one value.</summary>
    public MacdValue Update(double value)
    {
        double fast = _fast.Update(value);
        double slow = _slow.Update(value);
        double line = fast - slow;

        // The slow average is the last to warm up; until then there is no line the signal could average.
        double signal = double.IsNaN(line) ? double.NaN : _signal.Update(line);
        return new MacdValue(fast, slow, line, signal, line - signal);
    }

    internal void Save(ref StateWriter state)
    {
        _fast.Save(ref state);
        _slow.Save(ref state);
        _signal.Save(ref state);
    }

    internal void Load(ref StateReader state)
    {
        _fast.Load(ref state);
        _slow.Load(ref state);
        _signal.Load(ref state);
    }
}
