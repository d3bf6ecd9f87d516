using System.Globalization;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Everything a system says about one symbol when all has arrived.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Points">All points.</param>
/// <param name="Signals">All signals, by id.</param>
/// <param name="Candles">All candles, by interval.</param>
/// <param name="Summary">The summary.</param>
/// <param name="Accuracy">What followed the signals, by strategy, horizon and side.</param>
internal sealed record Outcome(
    string Symbol, IReadOnlyList<IndicatorPoint> Points, IReadOnlyList<TradingSignal> Signals, IReadOnlyDictionary<string, List<Candle>> Candles,
    SymbolSummary Summary, IReadOnlyList<AccuracyRow> Accuracy);

/// <summary>Reads outcomes over the REST API, page by page.</summary>
internal sealed class OutcomeReader(RunningSystem system, TimeSpan limit) : IDisposable
{
    private const int Page = 1_000;
    private readonly Producer _api = new(system);
    private readonly Dictionary<string, List<IndicatorPoint>> _known = new(StringComparer.Ordinal);

    /// <summary>Waits until all points and all signals that follow from them are there, then reads everything.</summary>
    public async Task<Outcome> ReadAsync(string symbol, int count, CancellationToken cancellationToken)
    {
        List<IndicatorPoint> points = await ReadPointsAsync(symbol, count, cancellationToken);
        int signals = Batch.Signals(symbol, points).Count;
        SymbolSummary summary = await Eventually.GetAsync(
            async ct => (await _api.GetAsync($"/api/symbols/{symbol}", ct)).Deserialize(ContractsJson.Default.SymbolSummary)!,
            found => found.N >= count && found.BuySignals + found.SellSignals >= signals, limit, $"{symbol}: a summary of {count} points and {signals} signals");
        List<TradingSignal> log = await Eventually.GetAsync(ct => SignalsAsync(symbol, ct), found => found.Count >= signals, limit, $"{symbol}: {signals} signals in the log");

        var candles = new Dictionary<string, List<Candle>>(StringComparer.Ordinal);
        foreach (string interval in Batch.Intervals.Keys) candles[interval] = await CandlesAsync(symbol, interval, cancellationToken);
        AccuracyReport accuracy = (await _api.GetAsync($"/api/accuracy?symbol={symbol}", cancellationToken)).Deserialize(ContractsJson.Default.AccuracyReport)!;
        return new Outcome(symbol, [.. points], log, candles, summary, accuracy.Rows);
    }

    /// <summary>Reads the points from 1 to <paramref name="count"/> once they are all there. What was read before is not read again, and need not be kept any longer.</summary>
    public async Task<List<IndicatorPoint>> ReadPointsAsync(string symbol, int count, CancellationToken cancellationToken)
    {
        await Eventually.GetAsync(ct => _api.LastNAsync(symbol, ct), last => last >= count, limit, $"{count} points of {symbol}");
        List<IndicatorPoint> points = _known.TryGetValue(symbol, out List<IndicatorPoint>? known) ? known : _known[symbol] = [];
        while (points.Count < count)
        {
            JsonElement page = await _api.GetAsync($"/api/symbols/{symbol}/indicators?fromN={points.Count + 1}&limit={Page}", cancellationToken);
            if (page.GetArrayLength() == 0) throw new InvalidOperationException($"The points of {symbol} from {points.Count + 1} on are missing.");
            points.AddRange(page.EnumerateArray().Select(point => point.Deserialize(ContractsJson.Default.IndicatorPoint)!));
        }

        return points;
    }

    /// <summary>Reads everything there is of a symbol, whose points may still become more.</summary>
    public async Task<Outcome> ReadAllAsync(string symbol, CancellationToken cancellationToken)
    {
        while (true)
        {
            int count = (int)await _api.LastNAsync(symbol, cancellationToken);
            Outcome outcome = await ReadAsync(symbol, count, cancellationToken);
            if (outcome.Points.Count == outcome.Summary.N && await _api.LastNAsync(symbol, cancellationToken) == outcome.Summary.N) return outcome;
        }
    }

    public void Dispose() => _api.Dispose();

    private async Task<List<TradingSignal>> SignalsAsync(string symbol, CancellationToken cancellationToken)
    {
        JsonElement found = await _api.GetAsync($"/api/signals?symbol={symbol}&limit={Page}", cancellationToken);
        if (found.GetArrayLength() == Page) throw new InvalidOperationException($"{symbol} has more signals than one page holds.");
        return [.. found.EnumerateArray().Select(signal => signal.Deserialize(ContractsJson.Default.TradingSignal)!).OrderBy(signal => signal.Id, StringComparer.Ordinal)];
    }

    private async Task<List<Candle>> CandlesAsync(string symbol, string interval, CancellationToken cancellationToken)
    {
        var candles = new List<Candle>();
        string to = "";
        while (true)
        {
            JsonElement found = await _api.GetAsync($"/api/symbols/{symbol}/candles?interval={interval}&limit={Page}{to}", cancellationToken);
            candles.InsertRange(0, found.EnumerateArray().Select(candle => candle.Deserialize(ContractsJson.Default.Candle)!));
            if (found.GetArrayLength() < Page) return candles;
            to = string.Create(CultureInfo.InvariantCulture, $"&to={candles[0].Time - 1}");
        }
    }
}
