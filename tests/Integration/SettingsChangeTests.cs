using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Settings are changed twice in the middle of a stream while the replicas that evaluate it are killed: every bar follows the stated version.</summary>
public sealed class SettingsChangeTests : IAsyncLifetime
{
    private const int MostBars = 4_000, PerRequest = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string[] Symbols = ["VA", "VB"];
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };
    private RunningSystem _system = null!;
    private Producer _producer = null!;

    public async Task InitializeAsync()
    {
        var environment = new Dictionary<string, string>
        {
            ["Signals__Settings__Lead"] = "00:00:01", ["Operator__Keys__alice"] = "key-of-alice",
        };
        _system = await RunningSystem.StartAsync(environment, "--scale", "signals=2");
        _producer = new Producer(_system);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        _producer.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Put_InTheMiddleOfAStreamWithKills_AppliesFromTheStatedBarOn()
    {
        using var limit = new CancellationTokenSource(Limit);
        using var enough = new CancellationTokenSource();
        Task<int>[] load = [.. Symbols.Select(symbol => SendPacedAsync(Series.Waves(symbol, MostBars, symbol[1]), enough.Token, limit.Token))];

        await PointsAreThereAsync(points => points.Count >= 100);
        await _system.KillAsync("signals", 0, limit.Token);
        HttpResponseMessage refused = await PutAsync("""{"rsiRecross":{"oversold":48,"overbought":52}}""", "\"1\"", key: "wrong");
        HttpResponseMessage first = await PutAsync("""{"rsiRecross":{"oversold":48,"overbought":52,"hysteresis":1,"coolDown":8}}""", "\"1\"");
        await _system.KillAsync("signals", 1, limit.Token);
        HttpResponseMessage late = await PutAsync("""{"rsiRecross":{"enabled":false}}""", "\"1\"");
        long applied = await EffectiveFromAsync(first);
        await PointsAreThereAsync(points => points.Count(point => point.IngestedAt >= applied) >= 100);
        HttpResponseMessage second = await PutAsync("""{"rsiRecross":{"enabled":false},"emaCrossFast":{"enabled":true}}""", first.Headers.ETag!.ToString());
        await _system.KillAsync("signals", 0, limit.Token);
        applied = await EffectiveFromAsync(second);
        await PointsAreThereAsync(points => points.Count(point => point.IngestedAt >= applied) >= 200);
        await enough.CancelAsync();
        int[] sent = await Task.WhenAll(load);

        (refused.StatusCode, first.StatusCode, late.StatusCode, second.StatusCode).Should().Be(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK));
        JsonElement[] versions = [.. (await _producer.GetAsync("/api/strategies/history", limit.Token)).EnumerateArray().Reverse()];
        versions.Select(version => version.GetProperty("version").GetInt32()).Should().Equal(1, 2, 3);
        versions[2].GetProperty("changedBy").GetString().Should().Be("alice");
        for (int i = 0; i < Symbols.Length; i++)
            await ShouldFollowAsync(Symbols[i], sent[i], versions);
    }

    private async Task ShouldFollowAsync(string symbol, int count, JsonElement[] versions)
    {
        List<IndicatorPoint> points = Points(await _producer.PointsAsync(symbol, count, Limit));
        (long From, StrategySet Set)[] sets = [.. versions.Select(version => (
            version.GetProperty("effectiveFrom").GetInt64(),
            new StrategySet(version.GetProperty("settings").Deserialize<StrategySettings>(Web)!, version.GetProperty("version").GetInt32())))];
        var expected = new List<TradingSignal>();
        int cooled = 0;
        for (int i = 1; i < points.Count; i++)
        {
            StrategySet set = sets.Last(each => each.From <= points[i].IngestedAt).Set;
            set.Evaluate(symbol, points[i - 1], points[i], expected);
            cooled += expected.RemoveAll(each => each.N == points[i].N && !set.IsSignal(each, points));
        }

        cooled.Should().BePositive("RSI crosses marks that are so near each other again and again");
        expected.Select(signal => signal.SettingsVersion).Distinct().Should().BeEquivalentTo([1, 2, 3], "each version decided a part of the stream");
        JsonElement found = await Eventually.GetAsync(
            ct => _producer.GetAsync($"/api/signals?symbol={symbol}&limit=1000", ct), list => list.GetArrayLength() >= expected.Count, Limit,
            $"{expected.Count} signals of {symbol}");
        found.EnumerateArray().Select(signal => Json(signal.Deserialize(ContractsJson.Default.TradingSignal)!)).Should().BeEquivalentTo(expected.Select(Json));
    }

    /// <summary>Waits for the newest points of every symbol.</summary>
    private Task PointsAreThereAsync(Func<List<IndicatorPoint>, bool> enough) => Task.WhenAll(Symbols.Select(symbol => Eventually.GetAsync(
        async ct => await _producer.LastNAsync(symbol, ct) == 0
            ? []
            : Points((await _producer.GetAsync($"/api/symbols/{symbol}/indicators?limit=1000", ct)).EnumerateArray()),
        enough, Limit, $"points of {symbol}")));

    private static List<IndicatorPoint> Points(IEnumerable<JsonElement> points) =>
        [.. points.Select(point => point.Deserialize(ContractsJson.Default.IndicatorPoint)!)];

    private static async Task<long> EffectiveFromAsync(HttpResponseMessage put) =>
        (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("effectiveFrom").GetInt64();

    private async Task<HttpResponseMessage> PutAsync(string settings, string ifMatch, string key = "key-of-alice")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(_system.Dashboard, "/api/strategies"));
        request.Content = new StringContent(settings, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        request.Headers.Add("X-Operator-Key", key);
        return await _http.SendAsync(request);
    }

    /// <returns>How many were sent before it was enough.</returns>
    private async Task<int> SendPacedAsync(ProducedBar[] bars, CancellationToken enough, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        int sent = 0;
        while (sent < bars.Length && !enough.IsCancellationRequested)
        {
            await _producer.SendAsync(bars[sent..(sent + PerRequest)], cancellationToken);
            sent += PerRequest;
            await pace.WaitForNextTickAsync(cancellationToken);
        }

        return sent;
    }

    private static string Json(TradingSignal signal) => JsonSerializer.Serialize(signal, ContractsJson.Default.TradingSignal);
}
