using System.Globalization;
using System.Text.Json;
using DaprTrading.Indicators;

namespace DaprTrading.Tests.Unit.Indicators;

/// <summary>The short series of tests/Unit/Golden/edge-cases.json.</summary>
public sealed class EdgeCaseTests
{
    private static readonly JsonDocument Document =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "edge-cases.json")));

    public static TheoryData<string> Cases => [.. Names("cases")];

    public static TheoryData<string> NanCases => [.. Names("nanInputCases")];

    [Theory, MemberData(nameof(Cases))]
    public void Indicators_OfEdgeCase_AgreeWithReference(string name)
    {
        JsonElement testCase = Find("cases", name);
        JsonElement input = testCase.GetProperty("input"), expected = testCase.GetProperty("expected");
        double[] high = Numbers(input, "high"), low = Numbers(input, "low"), close = Numbers(input, "close"), volume = Numbers(input, "volume");

        // Prices of 1e9 leave 1e-7 to a double: the averages cannot be nearer.
        bool huge = close.Any(c => Math.Abs(c) > 1e8);
        var (absolute, relative) = huge ? (1e-6, 1e-12) : (1e-9, 1e-10);
        double rsiAbsolute = huge ? 1e-4 : 1e-8;

        close.Select(new Sma(5).Update).ShouldAgree(Numbers(expected, "sma5"), "sma5", absolute, relative);
        close.Select(new Ema(5).Update).ShouldAgree(Numbers(expected, "ema5"), "ema5", absolute, relative);
        foreach (int period in new[] { 2, 5, 14 })
            close.Select(new Rsi(period).Update).ShouldAgree(Numbers(expected, $"rsi{period}"), $"rsi{period}", rsiAbsolute, 0);

        MacdValue[] macd = [.. close.Select(new Macd(3, 6, 3).Update)];
        macd.Select(v => v.Line).ShouldAgree(Numbers(expected, "macd_3_6_3.macd"), "macd", absolute, 0);
        macd.Select(v => v.Signal).ShouldAgree(Numbers(expected, "macd_3_6_3.signal"), "signal", absolute, 0);
        macd.Select(v => v.Histogram).ShouldAgree(Numbers(expected, "macd_3_6_3.histogram"), "histogram", absolute, 0);

        BollingerValue[] bands = [.. close.Select(new BollingerBands(5, 2).Update)];
        bands.Select(v => v.Middle).ShouldAgree(Numbers(expected, "bollinger_5_2.middle"), "middle", absolute, relative);
        bands.Select(v => v.Upper).ShouldAgree(Numbers(expected, "bollinger_5_2.upper"), "upper", absolute, relative);
        bands.Select(v => v.Lower).ShouldAgree(Numbers(expected, "bollinger_5_2.lower"), "lower", absolute, relative);

        var atr = new Atr(5);
        close.Select((c, i) => atr.Update(high[i], low[i], c)).ShouldAgree(Numbers(expected, "atr5"), "atr5", absolute, relative);
        var range = new Atr(5);
        close.Select((c, i) => { range.Update(high[i], low[i], c); return range.TrueRange; })
            .ShouldAgree(Numbers(expected, "tr"), "tr", absolute, relative);
        var vwap = new Vwap();
        close.Select((c, i) => vwap.Update(i, high[i], low[i], c, volume[i])).ShouldAgree(Numbers(expected, "vwap"), "vwap", absolute, relative);
    }

    [Theory, MemberData(nameof(NanCases))]
    public void Indicators_OfInputThatIsNoNumber_AgreeWithReference(string name)
    {
        JsonElement testCase = Find("nanInputCases", name);
        double[] input = Numbers(testCase, "input");

        input.Select(new Sma(5).Update).ShouldAgree(Numbers(testCase, "sma5"), "sma5", 1e-9, 1e-10);
        input.Select(new Ema(5).Update).ShouldAgree(Numbers(testCase, "ema5"), "ema5", 1e-9, 1e-10);
        input.Select(new Rsi(5).Update).ShouldAgree(Numbers(testCase, "rsi5"), "rsi5", 1e-8, 0);
    }

    private static IEnumerable<string> Names(string list) =>
        Document.RootElement.GetProperty(list).EnumerateArray().Select(c => c.GetProperty("name").GetString()!);

    private static JsonElement Find(string list, string name) =>
        Document.RootElement.GetProperty(list).EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private static double[] Numbers(JsonElement parent, string name) => [.. parent.GetProperty(name).EnumerateArray().Select(Number)];

    private static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => double.Parse(element.GetString()!, CultureInfo.InvariantCulture),
        _ => element.GetDouble(),
    };
}
