using System.Globalization;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

[Collection(SharedSystem.Name)]
public sealed class IndicatorLineTests(SystemFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Line_RealDailyBars_GiveTheReferenceValues()
    {
        string symbol = fixture.NewSymbol();
        string[][] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "spy-daily.csv")).Take(401).Select(line => line.Split(','))];
        string[] header = rows[0];
        ProducedBar[] bars = [.. rows.Skip(1).Select((row, i) => new ProducedBar(
            symbol, Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]),
            DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds()) { Source = "golden", Sequence = i + 1 })];

        await fixture.Producer.SendAsync(bars, CancellationToken.None);

        IReadOnlyList<JsonElement> points = await fixture.Producer.PointsAsync(symbol, bars.Length, Limit);
        foreach (var (column, field, tolerance) in new[]
        {
            ("sma20", "sma20", 1e-9), ("sma200", "sma200", 1e-9), ("ema12", "ema12", 1e-9), ("ema26", "ema26", 1e-9), ("rsi14", "rsi14", 1e-9),
            ("macd", "macd", 1e-8), ("signal", "macdSignal", 1e-8), ("upper", "bbUpper", 1e-8), ("lower", "bbLower", 1e-8), ("atr14", "atr14", 1e-9),
        })
        {
            int index = Array.IndexOf(header, column);
            for (int i = 0; i < points.Count; i++)
            {
                string expected = rows[i + 1][index];
                bool has = points[i].TryGetProperty(field, out JsonElement actual) && actual.ValueKind == JsonValueKind.Number;
                has.Should().Be(expected.Length > 0, "{0} at bar {1}", field, i);
                if (has) (Math.Abs(actual.GetDouble() - Number(expected)) / Math.Max(1, Math.Abs(Number(expected)))).Should().BeLessThan(tolerance, "{0} at bar {1}", field, i);
            }
        }
    }

    [Fact]
    public async Task Line_ShuffledAndRepeatedRequests_GiveTheUndisturbedSeries()
    {
        string symbol = fixture.NewSymbol();
        ProducedBar[] bars = Series.RandomWalk(symbol, 300, seed: 11);
        var random = new Random(12);
        ProducedBar[][] requests = [.. bars.Chunk(7)];
        ProducedBar[][] schedule = [.. requests.Concat(requests.Where(_ => random.Next(3) == 0))];
        // Displaced by a few requests at most: a source is a little out of order, it does not run backwards.
        schedule = [.. schedule.Select((request, i) => (request, key: i % requests.Length + (random.NextDouble() * 6))).OrderBy(r => r.key).Select(r => r.request)];

        await Parallel.ForEachAsync(
            schedule, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (request, ct) => await fixture.Producer.SendAsync(request, ct));

        (await fixture.Producer.PointsAsync(symbol, bars.Length, Limit)).ShouldBeExactly(bars);
    }

    [Fact]
    public async Task Line_FallThenRise_GivesABuySignalWithReasons()
    {
        string symbol = fixture.NewSymbol();
        ProducedBar[] bars = FallThenRise(symbol);

        await fixture.Producer.SendAsync(bars, CancellationToken.None);

        JsonElement signals = await Eventually.GetAsync(
            ct => fixture.Producer.GetAsync($"/api/signals?symbol={symbol}&strategy=rsi-recross", ct), found => found.EnumerateArray().Any(IsBuy), Limit,
            "an RSI signal of " + symbol);
        JsonElement buy = signals.EnumerateArray().Where(IsBuy).Should().ContainSingle().Subject;
        buy.GetProperty("reasons").EnumerateArray().Should().NotBeEmpty();
        buy.GetProperty("id").GetString().Should().Be($"{symbol}:{buy.GetProperty("n").GetInt64()}:rsi-recross");

        JsonElement notifications = await Eventually.GetAsync(
            ct => fixture.Producer.GetAsync("/api/notifications?limit=200", ct),
            found => found.EnumerateArray().Any(n => n.TryGetProperty("signalId", out JsonElement id) && id.GetString() == buy.GetProperty("id").GetString()), Limit,
            "the notification of the signal");
        notifications.GetArrayLength().Should().BePositive();
    }

    [Fact]
    public async Task Line_NoMovement_GivesNoSignal()
    {
        string symbol = fixture.NewSymbol();
        await fixture.Producer.SendAsync([.. Enumerable.Range(1, 80).Select(i => new ProducedBar(symbol, 50, 50, 50, 50, 10, 1_700_000_000 + i) { Source = "flat", Sequence = i })], CancellationToken.None);

        await fixture.Producer.PointsAsync(symbol, 80, Limit);
        (await fixture.Producer.GetAsync($"/api/signals?symbol={symbol}", CancellationToken.None)).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Summary_OfKnownBars_IsWhatTheBarsSay()
    {
        string symbol = fixture.NewSymbol();
        ProducedBar[] bars = Series.RandomWalk(symbol, 60, seed: 21);
        await fixture.Producer.SendAsync(bars, CancellationToken.None);

        JsonElement summary = await Eventually.GetAsync(
            async ct => (await fixture.Producer.GetAsync("/api/symbols", ct)).EnumerateArray().FirstOrDefault(s => s.GetProperty("symbol").GetString() == symbol),
            found => found.ValueKind == JsonValueKind.Object && found.GetProperty("n").GetInt64() == bars.Length, Limit, "the summary of " + symbol);

        summary.GetProperty("last").GetDouble().Should().Be(bars[^1].Close);
        summary.GetProperty("dayHigh").GetDouble().Should().Be(bars.Max(bar => bar.High));
        summary.GetProperty("dayLow").GetDouble().Should().Be(bars.Min(bar => bar.Low));
        summary.GetProperty("volume").GetDouble().Should().BeApproximately(bars.Sum(bar => bar.Volume), 1e-6);
    }

    private static bool IsBuy(JsonElement signal) => signal.GetProperty("side").GetString() == "buy";

    /// <summary>40 gently rising bars, 15 falling ones that push RSI(14) far below 30, then rising ones that bring it back.</summary>
    private static ProducedBar[] FallThenRise(string symbol)
    {
        double price = 100;
        var bars = new List<ProducedBar>();
        for (int i = 1; i <= 75; i++)
        {
            double open = price;
            price += i <= 40 ? 0.01 : i <= 55 ? -1 : 1;
            bars.Add(new ProducedBar(symbol, open, Math.Max(open, price) + 0.05, Math.Min(open, price) - 0.05, price, 100, 1_700_000_000 + i) { Source = "v", Sequence = i });
        }

        return [.. bars];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
