namespace DaprTrading.Indicators;

/// <summary>Volume weighted average price since the first bar of the UTC day: sum of <c>(high + low + close) / 3 * volume</c> over sum of volume.</summary>
/// <remarks>
/// Begins anew with every bar whose UTC day is not the day of the bar before. NaN while no volume has been traded.
/// O(1) per bar, no allocation. Not thread-safe. Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class Vwap
{
    private const long DayMs = 86_400_000;

    private double _day = double.NaN;
    private double _turnover, _volume;

    /// <summary>Takes in one bar.</summary>
    /// <param name="timeMs">Time of the bar, Unix milliseconds, UTC.</param>
    /// <param name="high">Highest price.</param>
    /// <param name="low">Lowest price.</param>
    /// <param name="close">Last price.</param>
    /// <param name="volume">Traded quantity; zero or more.</param>
    /// <returns>The average, or NaN while the volume of the day is zero.</returns>
    public double Update(long timeMs, double high, double low, double close, double volume)
    {
        double day = timeMs >= 0 ? timeMs / DayMs : (timeMs - DayMs + 1) / DayMs;
        if (day != _day)
        {
            _day = day;
            _turnover = 0;
            _volume = 0;
        }

        _turnover += (high + low + close) / 3 * volume;
        _volume += volume;
        return _volume > 0 ? _turnover / _volume : double.NaN;
    }

    internal void Save(ref StateWriter state)
    {
        state.Write(_day);
        state.Write(_turnover);
        state.Write(_volume);
    }

    internal void Load(ref StateReader state)
    {
        _day = state.Read();
        _turnover = state.Read();
        _volume = state.Read();
    }
}
