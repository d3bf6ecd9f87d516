using DaprTrading.Indicators;

namespace DaprTrading.Tests.Unit.Indicators;

public sealed class GoldenSeriesTests
{
    public static readonly TheoryData<string> Names = ["spy-daily", "ibm-daily", "aapl-minute", "skender-quotes"];

    [Theory, MemberData(nameof(Names))]
    public void Sma_EveryBar_AgreesWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);

        foreach (int period in new[] { 5, 20, 50, 200 })
        {
            var sma = new Sma(period);
            series.Close.Select(sma.Update).ShouldAgree(series[$"sma{period}"], $"{name} sma{period}", 1e-9, 1e-10);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Ema_EveryBar_AgreesWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);

        foreach (int period in new[] { 9, 12, 21, 26, 50, 200 })
        {
            var ema = new Ema(period);
            series.Close.Select(ema.Update).ShouldAgree(series[$"ema{period}"], $"{name} ema{period}", 1e-9, 1e-10);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Rsi_EveryBar_AgreesWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);

        foreach (int period in new[] { 2, 14 })
        {
            var rsi = new Rsi(period);
            series.Close.Select(rsi.Update).ShouldAgree(series[$"rsi{period}"], $"{name} rsi{period}", 1e-8, 0);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Macd_EveryBar_AgreesWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);
        var macd = new Macd();

        MacdValue[] values = [.. series.Close.Select(macd.Update)];

        values.Select(v => v.Line).ShouldAgree(series["macd"], $"{name} macd", 1e-9, 0);
        values.Select(v => v.Signal).ShouldAgree(series["signal"], $"{name} signal", 1e-9, 0);
        values.Select(v => v.Histogram).ShouldAgree(series["histogram"], $"{name} histogram", 1e-9, 0);
        values.Select(v => v.Fast).ShouldAgree(series["ema12"], $"{name} fast", 1e-9, 1e-10);
        values.Select(v => v.Slow).ShouldAgree(series["ema26"], $"{name} slow", 1e-9, 1e-10);
    }

    [Theory, MemberData(nameof(Names))]
    public void BollingerBands_EveryBar_AgreeWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);
        var bands = new BollingerBands();

        BollingerValue[] values = [.. series.Close.Select(bands.Update)];

        values.Select(v => v.Middle).ShouldAgree(series["middle"], $"{name} middle", 1e-9, 1e-10);
        values.Select(v => v.Upper).ShouldAgree(series["upper"], $"{name} upper", 1e-9, 1e-10);
        values.Select(v => v.Lower).ShouldAgree(series["lower"], $"{name} lower", 1e-9, 1e-10);
    }

    [Theory, MemberData(nameof(Names))]
    public void Atr_EveryBar_AgreesWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);
        var atr = new Atr(14);
        var ranges = new List<double>();

        var values = new List<double>();
        for (int i = 0; i < series.Times.Count; i++)
        {
            values.Add(atr.Update(series["high"][i], series["low"][i], series.Close[i]));
            ranges.Add(atr.TrueRange);
        }

        values.ShouldAgree(series["atr14"], $"{name} atr14", 1e-9, 1e-10);
        ranges.ShouldAgree(series["tr"], $"{name} tr", 1e-9, 1e-10);
    }

    [Fact]
    public void Vwap_EveryBar_AgreesWithReference()
    {
        GoldenSeries series = GoldenSeries.Load("aapl-minute");
        var vwap = new Vwap();

        series.Times
            .Select((time, i) => vwap.Update(time, series["high"][i], series["low"][i], series.Close[i], series["volume"][i]))
            .ShouldAgree(series["vwap_day"], "vwap", 1e-9, 1e-10);
    }

    [Theory, MemberData(nameof(Names))]
    public void VolumeSma20_EveryBar_IsTheMeanOfTheLastTwentyVolumes(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);
        double[] volumes = series["volume"];
        var set = new IndicatorSet([]);

        IEnumerable<double> values = series.Times.Select((time, i) =>
            set.Update(time, series["high"][i], series["low"][i], series.Close[i], volumes[i]).VolumeSma20);

        values.ShouldAgree([.. volumes.Select((_, i) => i < 19 ? double.NaN : volumes[(i - 19)..(i + 1)].Average())], $"{name} volume", 0, 1e-9);
    }

    [Theory, MemberData(nameof(Names))]
    public void IndicatorSet_EveryBar_AgreesWithReference(string name)
    {
        GoldenSeries series = GoldenSeries.Load(name);
        var set = new IndicatorSet([new CustomIndicator(IndicatorKind.Ema, 200), new CustomIndicator(IndicatorKind.Sma, 5)]);
        var custom = new List<double[]>();

        var values = new List<IndicatorValues>();
        for (int i = 0; i < series.Times.Count; i++)
        {
            values.Add(set.Update(series.Times[i], series["high"][i], series["low"][i], series.Close[i], series["volume"][i]));
            custom.Add(set.Custom.ToArray());
        }

        values.Select(v => v.Sma20).ShouldAgree(series["sma20"], "sma20", 1e-9, 1e-10);
        values.Select(v => v.Sma50).ShouldAgree(series["sma50"], "sma50", 1e-9, 1e-10);
        values.Select(v => v.Sma200).ShouldAgree(series["sma200"], "sma200", 1e-9, 1e-10);
        values.Select(v => v.Macd.Fast).ShouldAgree(series["ema12"], "ema12", 1e-9, 1e-10);
        values.Select(v => v.Macd.Slow).ShouldAgree(series["ema26"], "ema26", 1e-9, 1e-10);
        values.Select(v => v.Ema9).ShouldAgree(series["ema9"], "ema9", 1e-9, 1e-10);
        values.Select(v => v.Ema21).ShouldAgree(series["ema21"], "ema21", 1e-9, 1e-10);
        values.Select(v => v.Ema50).ShouldAgree(series["ema50"], "ema50", 1e-9, 1e-10);
        values.Select(v => v.Rsi14).ShouldAgree(series["rsi14"], "rsi14", 1e-8, 0);
        values.Select(v => v.Macd.Histogram).ShouldAgree(series["histogram"], "histogram", 1e-9, 0);
        values.Select(v => v.Bollinger.Upper).ShouldAgree(series["upper"], "upper", 1e-9, 1e-10);
        values.Select(v => v.Bollinger.Lower).ShouldAgree(series["lower"], "lower", 1e-9, 1e-10);
        values.Select(v => v.Atr14).ShouldAgree(series["atr14"], "atr14", 1e-9, 1e-10);
        custom.Select(v => v[0]).ShouldAgree(series["ema200"], "ema200", 1e-9, 1e-10);
        custom.Select(v => v[1]).ShouldAgree(series["sma5"], "sma5", 1e-9, 1e-10);
    }
}
