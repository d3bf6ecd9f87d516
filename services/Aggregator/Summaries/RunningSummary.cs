namespace DaprTrading.Aggregator.Summaries;

/// <summary>The figures of one stock after its last point. Immutable; the same points give the same bits.</summary>
/// <param name="N">Index of the last point.</param>
/// <param name="Time">Time of the last bar, Unix milliseconds.</param>
/// <param name="Last">Last close.</param>
/// <param name="Day">Start of the current UTC day, Unix milliseconds.</param>
/// <param name="DayOpen">First open of the day.</param>
/// <param name="DayHigh">Highest price of the day.</param>
/// <param name="DayLow">Lowest price of the day.</param>
/// <param name="Reference">What the day's change is measured from: the close before the day, on the first day its open.</param>
/// <param name="Volume">Volume of the day.</param>
/// <param name="Vwap">As the last point has it.</param>
/// <param name="Peak">Highest close of the series.</param>
/// <param name="MaxDrawdown">Deepest fall from a peak so far, 0 to 1.</param>
/// <param name="Closes">The newest closes, oldest first; at most <see cref="Window"/> and one more.</param>
/// <param name="Rsi14">RSI of the last point.</param>
/// <param name="Unchanged">Closes in a row without movement.</param>
/// <param name="Trend">One of <see cref="Trends"/>.</param>
/// <param name="Source">Source of the last bar.</param>
/// <param name="IngestedAt">When the edge accepted the last bar, Unix milliseconds.</param>
internal sealed record RunningSummary(
    long N, long Time, double Last, long Day, double DayOpen, double DayHigh, double DayLow, double Reference, double Volume, double? Vwap,
    double Peak, double MaxDrawdown, double[] Closes, double? Rsi14, int Unchanged, string Trend, string Source, long IngestedAt)
{
    /// <summary>Returns that the volatility looks back on.</summary>
    public const int Window = 100;

    private const int FewestReturns = 20;
    private const int SparklineLength = 32;
    private const long DayLength = 86_400_000;

    /// <summary>The figures after <paramref name="points"/>, which continue the series.</summary>
    /// <param name="before">Null at the start of the series.</param>
    /// <param name="points">At least one point.</param>
    public static RunningSummary Apply(RunningSummary? before, IReadOnlyList<IndicatorPoint> points)
    {
        var day = before is null ? default : new DayFigures(before);
        (double peak, double drawdown) = before is null ? (0, 0) : (before.Peak, before.MaxDrawdown);
        foreach (IndicatorPoint point in points)
        {
            day.Add(point);
            peak = Math.Max(peak, point.Close);
            drawdown = Math.Max(drawdown, 1 - (point.Close / peak));
        }

        IndicatorPoint last = points[^1];
        return new RunningSummary(
            last.N, last.Time, last.Close, day.Start, day.Open, day.High, day.Low, day.Reference, day.Volume, last.Vwap,
            peak, drawdown, NewestCloses(before?.Closes ?? [], points), last.Rsi14, last.Unchanged,
            Trends.Of(last.Ema12, last.Ema26), last.Source, last.IngestedAt);
    }

    /// <summary>
    /// The figures with points that came after later ones had been counted: volume, highest and lowest price of the day take them in. What depends on
    /// the order of closes, and the open of the day, stays as it is.
    /// </summary>
    public RunningSummary WithLate(IEnumerable<IndicatorPoint> late)
    {
        RunningSummary after = this;
        foreach (IndicatorPoint point in late.Where(point => DayOf(point.Time) == Day))
        {
            after = after with
            {
                DayHigh = Math.Max(after.DayHigh, point.High),
                DayLow = Math.Min(after.DayLow, point.Low),
                Volume = after.Volume + point.Volume,
            };
        }

        return after;
    }

    /// <summary>The figures as they are published.</summary>
    public SymbolSummary ToSummary(string symbol, SignalCounts signals)
    {
        double change = Last - Reference;
        return new SymbolSummary(
            symbol, N, Time, Last, DayOpen, DayHigh, DayLow, change, Reference == 0 ? 0 : 100 * change / Reference, Volume, Vwap,
            Volatility(Closes), MaxDrawdown, Rsi14, Unchanged, Trend, signals.Buy, signals.Sell, signals.Last,
            Closes[^Math.Min(SparklineLength, Closes.Length)..], Source, IngestedAt);
    }

    private static long DayOf(long time) => time - (((time % DayLength) + DayLength) % DayLength);

    /// <summary>Sample standard deviation of the logarithmic returns; null below 20 returns.</summary>
    internal static double? Volatility(ReadOnlySpan<double> closes)
    {
        int count = closes.Length - 1;
        if (count < FewestReturns)
        {
            return null;
        }

        Span<double> returns = stackalloc double[Window];
        returns = returns[..count];
        double mean = 0;
        for (int i = 0; i < count; i++)
        {
            returns[i] = Math.Log(closes[i + 1] / closes[i]);
            mean += returns[i];
        }

        mean /= count;
        double squares = 0;
        foreach (double value in returns)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / (count - 1));
    }

    private static double[] NewestCloses(double[] before, IReadOnlyList<IndicatorPoint> points)
    {
        int length = Math.Min(Window + 1, before.Length + points.Count);
        var closes = new double[length];
        int added = Math.Min(length, points.Count);
        int kept = length - added;
        Array.Copy(before, before.Length - kept, closes, 0, kept);
        for (int i = 0; i < added; i++)
        {
            closes[kept + i] = points[points.Count - added + i].Close;
        }

        return closes;
    }

    /// <summary>The figures that start anew every UTC day.</summary>
    private struct DayFigures
    {
        private bool _started;
        private double? _last;

        public DayFigures(RunningSummary before)
        {
            (Start, Open, High, Low, Reference, Volume) =
                (before.Day, before.DayOpen, before.DayHigh, before.DayLow, before.Reference, before.Volume);
            (_started, _last) = (true, before.Last);
        }

        public long Start { get; private set; }

        public double Open { get; private set; }

        public double High { get; private set; }

        public double Low { get; private set; }

        public double Reference { get; private set; }

        public double Volume { get; private set; }

        public void Add(IndicatorPoint point)
        {
            long day = DayOf(point.Time);
            bool straggler = _started && day == Start - DayLength;   // a late bar of yesterday does not end today
            if (!_started || (day != Start && !straggler))
            {
                (Start, Open, High, Low, Volume) = (day, point.Open, point.High, point.Low, point.Volume);
                Reference = _last ?? point.Open;
            }
            else if (!straggler)
            {
                High = Math.Max(High, point.High);
                Low = Math.Min(Low, point.Low);
                Volume += point.Volume;
            }

            (_started, _last) = (true, point.Close);
        }
    }
}
