using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DaprTrading.Contracts;
using DaprTrading.Tests.Contract.Testing;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Processes end exactly between two of their effects, at the places listed here: a relay in front of Redis holds the reply of the first effect while they
/// are killed. Effects that are no writes to Redis, such as an answer or an offer in memory, come after one that is.
/// </summary>
public sealed partial class CrashPointTests : IAsyncLifetime
{
    private const int WarmUp = 240, Chunk = 20, LargeChunk = 100, Most = 2_400, Seed = 5, SegmentSize = 100, Segments = 12, CoolDownBars = 2;
    private const string Outbox = "\"outbox\":{\"sources\":[";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Timeline _timeline = new();
    private Feed[] _feeds = [];
    private Feed _fresh = null!;
    private RedisServer _redis = null!;
    private TrappingRelay _relay = null!;
    private RunningSystem _system = null!;
    private Producer _producer = null!;
    private OutcomeReader _reader = null!;
    private int _sentEvents;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _relay = new TrappingRelay(_redis.Port);
        try
        {
            _system = await RunningSystem.StartAsync(new Dictionary<string, string>
            {
                ["REDIS_HOST"] = _relay.Host, ["REDIS_PASSWORD"] = "", [NotificationHistory.TellsAll.Name] = NotificationHistory.TellsAll.Value,
                ["Signals__Settings__Lead"] = "00:00:01", ["Aggregator__SegmentSize"] = Text(SegmentSize), ["Aggregator__PointSegments"] = Text(Segments),
            });
        }
        catch
        {
            await _redis.DisposeAsync();
            throw;
        }

        _feeds = [.. ((SeededBars[])[SeededBars.Of("P0", "left", Most, Seed), SeededBars.Of("P0", "right", Most, Seed), SeededBars.Of("P1", "only", Most, Seed)])
            .Select(source => new Feed(() => _system.Gateway, source, Seed))];
        _fresh = new Feed(() => _system.Gateway, SeededBars.Of("P2", "only", Most, Seed), Seed);
        _producer = new Producer(_system);
        _reader = new OutcomeReader(_system, Limit);
    }

    public async Task DisposeAsync()
    {
        _relay.Release();
        foreach (Feed feed in _feeds) feed.Dispose();
        _fresh.Dispose();
        _producer.Dispose();
        _reader.Dispose();
        await _system.DisposeAsync();
        await _relay.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Line_KilledBetweenTwoEffectsAtEveryListedPoint_EndsAsAnUndisturbedRun()
    {
        using var limit = new CancellationTokenSource(Limit * 5);
        try
        {
            await SendAsync(WarmUp, limit.Token);
            string rule = await AddRuleAsync(limit.Token);
            var crasher = new Crasher(_system, _redis, _relay);
            foreach (CrashPoint point in (CrashPoint[])[OfAlerts(rule), .. OfTheLine(), .. OfTheSides(), .. OfPages()])
            {
                _timeline.Add($"{point.Where}: {point.Ends} ends");
                await crasher.RunAsync(point, point.Lead ?? (ct => SendAsync(Chunk, ct)), limit.Token);
            }

            (await CheckAsync(rule, limit.Token)).Take(20).Should().BeEmpty();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{_timeline}\n{failure.Message}", failure);
        }
    }

    /// <summary>The way of a bar to a notification.</summary>
    private static CrashPoint[] OfTheLine() =>
    [
        new("bars published, producer not answered", "ingestion", Added("bars")),
        new("points stored, not published", "processing", Outbox),
        new("points published, bars not acknowledged", "processing", Added("indicators")),
        new("points stored, the turn told that they are not, and run again", CrashPoint.Connections, Outbox),
        new("summary stored, not offered", "aggregator", "\"running\":{"),
        new("horizon of the settings moved, signals not published", "signals", "{\"versions\":[{"),
        new("signals published, not logged", "signals", Added("signals")),
        new("signals logged, points not acknowledged", "signals", "\"items\":[{\"id\":\"P"),
        new("signals counted, not acknowledged", "aggregator", "{\"buy\":"),
        new("notifications published, not in the history", "notification", Added("notifications")),
        new("points stored, the sidecar gone", CrashPoint.Runtime, Outbox),
    ];

    /// <summary>This one comes first: its request is known while the cool-down has changed less than ten times.</summary>
    private static CrashPoint OfAlerts(string rule) => new("cool-down of an alert stored, the alert not published", "notification", Written($"cooldown:{rule}:P1"));

    /// <summary>What happens beside it.</summary>
    private CrashPoint[] OfTheSides()
    {
        IndicatorPoint[] points = PointFields.Of(SeededBars.Of("P4", "only", 6, Seed));
        return
        [
            new("symbol listed, its summary not stored", "aggregator", "\"P2\"]") { Lead = ct => _fresh.SendNextAsync(Chunk, ct) },
            new("reminder of a missing bar registered, early bars not stored", "processing", Reminder("SymbolActor", "P2"))
            {
                Lead = ct => _fresh.SendAheadAsync(Chunk, ct), Then = ct => _fresh.SendNextAsync(Chunk, ct),
            },
            new("reminder of a missing point registered, early points not stored", "aggregator", Reminder("SummaryActor", "P4"))
            {
                Lead = _ => SidecarPublisher.PublishAsync(_system, "P4", points[2], points[3..]), Then = _ => SidecarPublisher.PublishAsync(_system, "P4", null, points[..3]),
            },
            new("bars published, market events of the same flush not", "ingestion", Added("bars")) { Lead = MixedAsync },
            new("market events published, producer not answered", "ingestion", Added("market-events")) { Lead = MixedAsync },
            new("dead letter written, its bars not given up", "processing", Added("bars-dead")) { Lead = PoisonAsync },
        ];
    }

    /// <summary>Logs and history, which go on to another page.</summary>
    private CrashPoint[] OfPages() =>
    [
        new("segment of points stored, its end not", "aggregator", Segment(Segments)) { Lead = ct => ReachAsync(SegmentSize * (Segments + 1), ct) },
        new("oldest segment deleted, the list of segments not stored", "aggregator", Segment(1)) { Lead = ct => ReachAsync(SegmentSize * (Segments + 2), ct) },
        new("page of signals sealed, the next not opened", "signals", "") { Pattern = SignalPage(), Lead = ct => SendAsync(LargeChunk, ct) },
        new("page of notifications sealed, the next not opened", "notification", "") { Pattern = NotificationPage(), Lead = ct => SendAsync(LargeChunk, ct) },
    ];

    private Task SendAsync(int count, CancellationToken limit) => Task.WhenAll(_feeds.Select(feed => feed.SendNextAsync(count, limit)));

    /// <summary>Reads all points of the symbol with two sources, whose oldest ones are about to be deleted, then makes it as long as that takes.</summary>
    private async Task ReachAsync(int points, CancellationToken limit)
    {
        int count = _feeds[0].Acknowledged + _feeds[1].Acknowledged;
        if (count < points) await _reader.ReadPointsAsync("P0", count, limit);
        await SendAsync(Math.Max(1, (points - count + 1) / 2), limit);
    }

    private Task MixedAsync(CancellationToken limit)
    {
        string number = Text(++_sentEvents);
        return _feeds[2].SendNextAsync(
            Chunk, limit, $"{{\"data_type\":\"order_book\",\"stock_symbol\":\"E0\",\"order_type\":\"buy\",\"price\":100.5,\"quantity\":2,\"timestamp\":{SeededBars.Start},\"source\":\"mixed\",\"sequence\":{number}}}");
    }

    /// <summary>Five good bars, and between them one that no actor can take.</summary>
    private async Task PoisonAsync(CancellationToken limit)
    {
        ProducedBar[] bars = [.. SeededBars.Of("P3", "only", 6, Seed).Bars];
        await _producer.SendAsync(bars[..3], limit);
        await SidecarPublisher.PublishAsync(_system, "P3", [new Bar((long)bars[3].Timestamp * 1000, -1, -1, -1, -1, 1, "only", 4, 1)]);
        await _producer.SendAsync(bars[4..], limit);
    }

    private async Task<string> AddRuleAsync(CancellationToken limit)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var content = new StringContent($"{{\"kind\":\"rsi-crosses\",\"symbol\":\"P1\",\"threshold\":50,\"cooldownBars\":{CoolDownBars}}}", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(new Uri(_system.Dashboard, "/api/alerts"), content, limit);
        response.EnsureSuccessStatusCode();
        using JsonDocument rule = JsonDocument.Parse(await response.Content.ReadAsStringAsync(limit));
        return rule.RootElement.GetProperty("id").GetString()!;
    }

    private async Task<List<string>> CheckAsync(string rule, CancellationToken limit)
    {
        List<string> problems = [];
        List<Outcome> outcomes = [];
        foreach (IGrouping<string, SeededBars> symbol in _feeds.Append(_fresh).Select(feed => feed.Sent).GroupBy(source => source.Symbol))
        {
            outcomes.Add(await _reader.ReadAsync(symbol.Key, symbol.Sum(source => source.Bars.Count), limit));
            problems.AddRange(Batch.Check(outcomes[^1], [.. symbol]));
        }

        outcomes.Add(await _reader.ReadAsync("P3", 5, limit));
        outcomes[^1].Points.Select(point => (point.Time / 1000) - SeededBars.Start).Should().Equal([1, 2, 3, 5, 6], "the bar that could not be applied is given up, and only that");
        outcomes.Add(await _reader.ReadAsync("P4", 6, limit));
        problems.AddRange(outcomes[^2..].SelectMany(Batch.CheckDerived));
        problems.AddRange(await NotificationHistory.CheckAsync(_redis.Port, [.. outcomes.SelectMany(outcome => outcome.Signals)], Limit));
        problems.AddRange(await CheckAlertAsync(rule, outcomes[1].Points.Count, limit));
        string events = await RedisText.StreamAsync(_redis.Port, "market-events", limit);
        problems.AddRange(Enumerable.Range(1, _sentEvents).Where(number => !MixedEvent().Matches(events).Any(match => match.Groups[1].Value == Text(number)))
            .Select(number => $"market event {number} was acknowledged and is not on the bus"));
        return problems;
    }

    /// <summary>What is remembered as told was told, and nothing twice.</summary>
    private async Task<IEnumerable<string>> CheckAlertAsync(string rule, int last, CancellationToken limit)
    {
        string[] ids = [.. (await NotificationHistory.ReadAsync(_redis.Port, limit)).Where(notice => notice.Kind == "alert").Select(notice => notice.Id)];
        using JsonDocument told = JsonDocument.Parse((await RedisText.ValueAsync(_redis.Port, $"notification||cooldown:{rule}:P1", limit))!);
        string[] remembered = [.. told.RootElement.GetProperty("points").EnumerateArray().Select(point => string.Create(CultureInfo.InvariantCulture, $"alert:{rule}:P1:{point.GetProperty("n").GetInt64()}"))];
        if (remembered.Length == 0) return [$"no alert is remembered of {last} points"];
        return [
            .. remembered.Except(ids).Select(id => $"{id} is remembered as told and was not, of {last} points; told were {string.Join(' ', ids)}"),
            .. ids.GroupBy(each => each).Where(group => group.Count() > 1).Select(group => $"{group.Key} is there {group.Count()} times")];
    }

    private static string Added(string stream) => string.Create(CultureInfo.InvariantCulture, $"XADD\r\n${stream.Length}\r\n{stream}\r\n");

    private static string Segment(int index) => Written($"P0:points:{Text(index)}");

    /// <summary>A write or a delete of a key of which no version is demanded; a read has another argument behind the key.</summary>
    private static string Written(string key) => key + "\r\n$1\r\n";

    private static string Reminder(string type, string id) => $"\"type\":\"{type}\",\"id\":\"{id}\",\"name\":\"gap\"";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("signals\\|\\|signals-[0-9]+\r\n\\$1\r\n")]
    private static partial Regex SignalPage();

    [GeneratedRegex("notification\\|\\|notifications-[0-9]+\r\n\\$1\r\n")]
    private static partial Regex NotificationPage();

    [GeneratedRegex("\"source\":\"mixed\",\"sequence\":([0-9]+)")]
    private static partial Regex MixedEvent();
}
