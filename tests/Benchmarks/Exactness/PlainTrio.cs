namespace DaprTrading.Tests.Benchmarks.Exactness;

/// <summary>The baseline: SMA 20, EMA 12 and RSI 14 as anybody would write them in O(1), without state to store, without order.</summary>
internal sealed class PlainTrio
{
    private readonly double[] _window = new double[20];
    private double _sum, _ema, _gain, _loss, _previous;
    private int _count;

    public double Update(double close)
    {
        int at = _count % _window.Length;
        _sum += close - _window[at];
        _window[at] = close;
        _ema = _count == 0 ? close : _ema + 2.0 / 13 * (close - _ema);
        double change = close - _previous;
        if (_count > 0)
        {
            _gain = (_gain * 13 + Math.Max(change, 0)) / 14;
            _loss = (_loss * 13 + Math.Max(-change, 0)) / 14;
        }

        _previous = close;
        _count++;
        return _sum / _window.Length + _ema + (_loss == 0 ? 100 : 100 - 100 / (1 + _gain / _loss));
    }
}
