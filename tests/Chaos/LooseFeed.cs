using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// A producer that numbers no bars, on a symbol of its own, and sends other records along: orders, news, and some that are refused. One request after the
/// other, each until it is acknowledged.
/// </summary>
/// <remarks>
/// What must hold: nothing acknowledged is lost; the bars of a request keep their order; a bar is there twice only when its request was sent twice; requests of
/// one source keep their order, except those sent twice; what is valid is taken and what is not is refused, each time.
/// </remarks>
internal sealed partial class LooseFeed(Func<Uri> gateway, ChaosOptions options) : IDisposable
{
    /// <summary>Symbol of the bars.</summary>
    public const string Symbol = "U00";

    private const string EventSymbol = "E00", EventSource = "loose";
    private const int Largest = 8;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private readonly IngestClient _client = new(gateway);
    private readonly Random _random = new(SeededBars.SeedOf(options.Seed, Symbol));
    private readonly IReadOnlyList<ProducedBar> _bars = SeededBars.Of(Symbol, "", options.IsFull ? 800 : 400, options.Seed).Bars;
    private readonly List<Request> _requests = [];
    private int _events, _refused;

    /// <summary>Sends everything, spread evenly over a time.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken limit)
    {
        long started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(RetryPause);
        for (int next = 0; next < _bars.Count;)
        {
            while (next > _bars.Count * (TimeProvider.System.GetElapsedTime(started) / length)) await timer.WaitForNextTickAsync(limit);
            var request = new Request(next, Math.Min(_random.Next(1, Largest + 1), _bars.Count - next));
            _requests.Add(request);
            next += request.Count;
            string[] records = [.. _bars.Skip(request.First).Take(request.Count).Select(JsonOf), OrderJson(++_events), NewsJson(++_events)];
            bool refuses = _random.Next(3) == 0;
            string body = $"[{string.Join(',', refuses ? [.. records, Invalid] : records)}]";
            while (true)
            {
                request.Attempts++;
                if (await _client.TrySendAsync(body, limit) is { } answer)
                {
                    ShouldBeRight(answer, records.Length, refuses);
                    _refused += refuses ? 1 : 0;
                    break;
                }

                await timer.WaitForNextTickAsync(limit);
            }
        }
    }

    /// <summary>Compares what the system has made of it.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public async Task<(Outcome Outcome, List<string> Problems)> CheckAsync(OutcomeReader reader, int redisPort, TimeSpan limit, CancellationToken cancellationToken)
    {
        Outcome outcome = await Eventually.GetAsync(
            ct => reader.ReadAllAsync(Symbol, ct), found => found.Points.Select(Ordinal).Distinct().Count() == _bars.Count, limit, $"{_bars.Count} different bars of {Symbol}");
        string events = await RedisText.StreamAsync(redisPort, "market-events", cancellationToken), refused = await RedisText.StreamAsync(redisPort, "rejected", cancellationToken);
        HashSet<int> published = [.. EventNumber().Matches(events).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        int refusals = RefusedRecord().Count(refused);
        return (outcome,
        [
            .. CheckBars(outcome.Points), .. Batch.CheckDerived(outcome),
            .. Enumerable.Range(1, _events).Where(number => !published.Contains(number)).Select(number => $"{EventSymbol}: record {number} was acknowledged and is not on the bus"),
            .. refusals >= _refused ? (string[])[] : [$"{_refused} records were refused, {refusals} are on the bus"],
        ]);
    }

    public void Dispose() => _client.Dispose();

    private IEnumerable<string> CheckBars(IReadOnlyList<IndicatorPoint> points)
    {
        foreach (IndicatorPoint point in points.Where(point => !Batch.IsOf(point, _bars[Ordinal(point)])))
            yield return $"{Symbol} n {point.N}: not the bar that was sent";
        foreach (IGrouping<int, IndicatorPoint> twice in points.GroupBy(Ordinal).Where(bar => bar.Count() > RequestOf(bar.Key).Attempts))
            yield return $"{Symbol}: bar {twice.Key} is there {twice.Count()} times, its request was sent {RequestOf(twice.Key).Attempts} times";
        foreach (IGrouping<string, IndicatorPoint> source in points.GroupBy(point => point.Source))
        {
            foreach (string problem in CheckOrder(source.Key, [.. source.Select(Ordinal)])) yield return problem;
        }
    }

    private IEnumerable<string> CheckOrder(string source, int[] ordinals)
    {
        Request? before = null;
        for (int at = 0; at < ordinals.Length;)
        {
            Request request = RequestOf(ordinals[at]);
            if (!ordinals.Skip(at).Take(request.Count).SequenceEqual(Enumerable.Range(request.First, request.Count)))
            {
                yield return $"{Symbol}: the bars {request.First} to {request.First + request.Count - 1} of one request are {string.Join(' ', ordinals.Skip(at).Take(request.Count))} under {source}";
                yield break;
            }

            if (before is not null && request.First < before.First && request.Attempts == 1)
                yield return $"{Symbol}: bar {request.First} came after bar {before.First} of a later request under {source}";
            if (request.Attempts == 1) before = request;
            at += request.Count;
        }
    }

    /// <summary>The bars are a second apart.</summary>
    private static int Ordinal(IndicatorPoint point) => (int)((point.Time / 1000) - SeededBars.Start - 1);

    private Request RequestOf(int ordinal) => _requests.Last(request => request.First <= ordinal);

    private static void ShouldBeRight(string answer, int valid, bool refuses)
    {
        IngestResult result = JsonSerializer.Deserialize(answer, ContractsJson.Default.IngestResult)!;
        result.Accepted.Should().Be(valid);
        result.Rejected.Select(record => record.Index).Should().Equal(refuses ? [valid] : []);
    }

    private static string JsonOf(ProducedBar bar) => (bar with { Source = null }).ToJson();

    private static string OrderJson(int number) => Event(number, $"\"data_type\":\"order_book\",\"order_type\":\"{(number % 4 == 1 ? "buy" : "sell")}\",\"price\":100.5,\"quantity\":{number}");

    private static string NewsJson(int number) => Event(number, "\"data_type\":\"news_sentiment\",\"sentiment_score\":-0.25,\"sentiment_magnitude\":0.5");

    private static string Event(int number, string values) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"stock_symbol\":\"{EventSymbol}\",\"timestamp\":{SeededBars.Start + number},\"source\":\"{EventSource}\",\"sequence\":{number},{values}}}");

    private static string Invalid => new ProducedBar(Symbol, 10, 9, 11, 10, 1, SeededBars.Start).ToJson();

    [GeneratedRegex("\"source\":\"loose\",\"sequence\":([0-9]+)")]
    private static partial Regex EventNumber();

    [GeneratedRegex("\"index\":[0-9]+,\"errors\":")]
    private static partial Regex RefusedRecord();

    /// <summary>One request.</summary>
    private sealed record Request(int First, int Count)
    {
        /// <summary>How often it was sent.</summary>
        public int Attempts { get; set; }
    }
}
