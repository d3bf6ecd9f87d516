using System.Globalization;
using System.Text;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Anyone may publish to <c>bars</c>. What cannot be handled is set aside and seen, and holds nobody up.</summary>
[Collection(SharedSystem.Name)]
public sealed class PoisonTests(SystemFixture fixture) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Poison_AmongGoodBars_IsADeadLetterAndTheOthersGoOn()
    {
        string symbol = fixture.NewSymbol();
        ProducedBar[] bars = Series.RandomWalk(symbol, 120, seed: 31);
        string[] poison =
        [
            "{}", "[1,2]", "17", "null", "\"text\"", $$"""{"symbol":{{new string('[', 200)}}{{new string(']', 200)}}}""",
            $$"""{"symbol":"{{symbol}}","bars":"none"}""", $$"""{"symbol":"{{symbol}}","bars":[null]}""", $$"""{"symbol":"a b","bars":[{{Bar(1)}}]}""",
            $$"""{"bars":[{{Bar(1)}}]}""", $$"""{"symbol":"{{symbol}}","bars":[{{Bar(1, "1e999")}}]}""", $$"""{"symbol":"{{symbol}}","bars":[{{Bar(long.MaxValue)}}]}""",
        ];
        using var limit = new CancellationTokenSource(Limit);
        int before = await DeadLettersAsync(limit.Token);
        await fixture.Producer.SendAsync(bars[..20], limit.Token);

        for (int i = 0; i < poison.Length; i++)
        {
            await PublishAsync(poison[i], limit.Token);
            await fixture.Producer.SendAsync(bars[(20 + (5 * i))..(25 + (5 * i))], limit.Token);
        }

        await fixture.Producer.SendAsync(bars[(20 + (5 * poison.Length))..], limit.Token);
        (await fixture.Producer.PointsAsync(symbol, bars.Length, Limit)).ShouldBeExactly(bars);
        await Eventually.GetAsync(DeadLettersAsync, count => count == before + poison.Length, Limit, $"{poison.Length} dead letters");
        CommandResult shown = await fixture.System.RunAsync(limit.Token, "dead-letters", "--topic", "bars");
        shown.ExitCode.Should().Be(0);
        shown.Output.Should().Contain("bars").And.Contain(symbol);
    }

    [Fact]
    public async Task Poison_WithANumber_IsNotWaitedFor()
    {
        string symbol = fixture.NewSymbol();
        foreach (string bar in (string[])[Bar(1), Bar(3), Bar(2, high: "-1")])
            await PublishAsync($$"""{"symbol":"{{symbol}}","bars":[{{bar}}]}""", CancellationToken.None);

        await Eventually.GetAsync(ct => fixture.Producer.LastNAsync(symbol, ct), n => n == 2, Limit, "a point behind the dead letter, long before the wait for a gap is over");
    }

    [Fact]
    public async Task Poison_AheadOfABarThatIsOnItsWay_IsNotWaitedForOnceThatIsThere()
    {
        string symbol = fixture.NewSymbol();
        int before = await DeadLettersAsync(CancellationToken.None);
        foreach (string bar in (string[])[Bar(1), Bar(4), Bar(3, high: "-1")])
            await PublishAsync($$"""{"symbol":"{{symbol}}","bars":[{{bar}}]}""", CancellationToken.None);
        await Eventually.GetAsync(DeadLettersAsync, count => count > before, Limit, "the dead letter");

        await PublishAsync($$"""{"symbol":"{{symbol}}","bars":[{{Bar(2)}}]}""", CancellationToken.None);

        await Eventually.GetAsync(ct => fixture.Producer.LastNAsync(symbol, ct), n => n == 3, Limit, "the point behind the dead letter, long before the wait for a gap is over");
    }

    [Fact]
    public async Task Event_OfTwentyThousandBars_BecomesAsManyPoints()
    {
        string symbol = fixture.NewSymbol();
        const int Bars = 20_000;

        await PublishAsync($$"""{"symbol":"{{symbol}}","bars":[{{string.Join(',', Enumerable.Range(1, Bars).Select(i => Bar(i)))}}]}""", CancellationToken.None);

        await Eventually.GetAsync(ct => fixture.Producer.LastNAsync(symbol, ct), n => n == Bars, Limit, "the last point");
    }

    private static string Bar(long sequence, string high = "11") =>
        $$"""{"time":{{1_700_000_000_000 + (sequence % 1_000_000 * 1_000)}},"open":10,"high":{{high}},"low":9,"close":10,"volume":1,"source":"straight","sequence":{{sequence}},"ingestedAt":1700000000000}""";

    /// <summary>Publishes past ingestion, as any app may.</summary>
    private async Task PublishAsync(string data, CancellationToken cancellationToken)
    {
        int port = (await fixture.System.InstancesAsync("gateway", cancellationToken))[0].GetProperty("sidecarPort").GetInt32();
        using var body = new StringContent(data, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/v1.0/publish/pubsub/bars")), body, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private Task<int> DeadLettersAsync(CancellationToken cancellationToken)
    {
        string folder = Path.Combine(fixture.System.Data, "dead-letters");
        return Task.FromResult(Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Length : 0);
    }
}
