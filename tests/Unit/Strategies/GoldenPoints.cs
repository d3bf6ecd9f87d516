using System.Globalization;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Strategies;

/// <summary>The golden daily bars and indicator values as points: input for the strategies that no code of ours has computed.</summary>
internal static class GoldenPoints
{
    public static IReadOnlyList<IndicatorPoint> Load(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".csv"));
        string[] columns = lines[0].Split(',');
        var points = new List<IndicatorPoint>();
        foreach (string line in lines.Skip(1))
        {
            string[] row = line.Split(',');
            double close = Value("close")!.Value;
            points.Add(new IndicatorPoint
            {
                N = points.Count + 1,
                Time = DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(),
                Open = Value("open")!.Value, High = Value("high")!.Value, Low = Value("low")!.Value, Close = close,
                Volume = Value("volume")!.Value, Source = "golden", IngestedAt = 0,
                Unchanged = points.Count > 0 && points[^1].Close == close ? points[^1].Unchanged + 1 : 0,
                Sma20 = Value("sma20"), Sma50 = Value("sma50"), Sma200 = Value("sma200"), Ema9 = Value("ema9"), Ema21 = Value("ema21"),
                Ema12 = Value("ema12"), Ema26 = Value("ema26"), Rsi14 = Value("rsi14"), Macd = Value("macd"),
                MacdSignal = Value("signal"), MacdHistogram = Value("histogram"), Atr14 = Value("atr14"),
                BbUpper = Value("upper"), BbMiddle = Value("middle"), BbLower = Value("lower"),
                // Each daily bar is alone in its day.
                Vwap = (Value("high") + Value("low") + close) / 3,
                VolumeSma20 = points.Count >= 19 ? (points.TakeLast(19).Sum(point => point.Volume) + Value("volume")!.Value) / 20 : null,
            });

            double? Value(string column)
            {
                string text = row[Array.IndexOf(columns, column)];
                return text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
            }
        }

        return points;
    }
}
