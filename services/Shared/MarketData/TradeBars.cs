namespace DaprTrading.MarketData;

/// <summary>
/// Makes bars of trades: first, highest, lowest and last price and the sum of sizes of each interval, in the order of the file. Intervals are
/// aligned to UTC; one without a trade has no bar.
/// </summary>
/// <param name="interval">Milliseconds.</param>
/// <param name="bars">Where the bars go.</param>
internal sealed class TradeBars(long interval, BarCollector bars)
{
    private const int MaxSymbols = 10_000;
    private readonly Dictionary<string, Open> _open = new(StringComparer.Ordinal);

    /// <summary>Adds a trade; answers why it cannot be used, or null.</summary>
    public string? Add(string symbol, long time, double price, double size, int line)
    {
        long start = time - (time % interval);
        if (!_open.TryGetValue(symbol, out Open? bar))
        {
            if (_open.Count == MaxSymbols) throw new DatasetLimitException($"The file has trades of more than {MaxSymbols} symbols.");
            _open[symbol] = new Open(start, price, size, line);
            return null;
        }

        if (start < bar.Start) return "its time lies in an interval that is over";
        if (start > bar.Start)
        {
            Emit(symbol, bar);
            _open[symbol] = new Open(start, price, size, line);
            return null;
        }

        bar.Add(price, size);
        return null;
    }

    /// <summary>Closes what is open.</summary>
    public void End()
    {
        foreach (var (symbol, bar) in _open) Emit(symbol, bar);
        _open.Clear();
    }

    private void Emit(string symbol, Open bar) => bars.Add(
        new Row(symbol, bar.Start, bar.Start + interval, false, bar.First, bar.High, bar.Low, bar.Last, bar.Volume, bar.Line));

    private sealed class Open
    {
        public Open(long start, double price, double size, int line)
        {
            (Start, Line, Volume) = (start, line, size);
            First = High = Low = Last = price;
        }

        public long Start { get; }

        public int Line { get; }

        public double First { get; }

        public double High { get; private set; }

        public double Low { get; private set; }

        public double Last { get; private set; }

        public double Volume { get; private set; }

        public void Add(double price, double size)
        {
            High = Math.Max(High, price);
            Low = Math.Min(Low, price);
            Last = price;
            Volume += size;
        }
    }
}
