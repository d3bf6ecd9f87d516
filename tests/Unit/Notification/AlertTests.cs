using DaprTrading.Contracts;
using DaprTrading.Notification.Alerts;

namespace DaprTrading.Tests.Unit.Notification;

public sealed class AlertTests
{
    [Fact]
    public void Evaluate_PriceAbove_AlertsOncePerCrossing()
    {
        AlertHit[] hits = Hits(Rule(AlertKinds.PriceAbove, 100), 99, 101, 102, 103, 100, 99, 100, 100.5);

        hits.Select(hit => hit.Point.N).Should().Equal(2, 8);
        hits.Should().OnlyContain(hit => hit.Upwards);
    }

    [Fact]
    public void Evaluate_PriceBelow_IgnoresCrossingsUpwards() =>
        Hits(Rule(AlertKinds.PriceBelow, 100), 99, 101, 99, 98).Select(hit => hit.Point.N).Should().Equal(3);

    [Fact]
    public void Evaluate_PriceCrosses_TellsTheDirection() =>
        Hits(Rule(AlertKinds.PriceCrosses, 100), 99, 101, 99).Select(hit => hit.Upwards).Should().Equal(true, false);

    [Theory, InlineData(AlertKinds.PriceCrosses), InlineData(AlertKinds.PriceAbove)]
    public void Evaluate_TouchingTheLineFromBelow_IsNotACrossing(string kind) =>
        Hits(Rule(kind, 100), 99, 100, 99, 100, 99).Should().BeEmpty();

    [Fact]
    public void Evaluate_Crossings_AlternateStrictly()
    {
        var random = new Random(9);

        bool[] directions = [.. Hits(Rule(AlertKinds.PriceCrosses, 100), [.. Enumerable.Range(0, 500).Select(_ => (double)random.Next(98, 103))]).Select(hit => hit.Upwards)];

        directions.Should().HaveCountGreaterThan(50);
        directions.Zip(directions.Skip(1)).Should().OnlyContain(pair => pair.First != pair.Second);
    }

    [Fact]
    public void Evaluate_InAnyBatches_GivesTheSameAlerts()
    {
        var random = new Random(3);
        IndicatorPoint[] points = [.. Enumerable.Range(1, 500).Select(n => Point(n, 95 + (random.NextDouble() * 10)))];
        AlertRule rule = Rule(AlertKinds.PriceCrosses, 100);
        string[] whole = [.. AlertEvaluator.Evaluate(new IndicatorBatch("T", null, points), [rule]).Select(hit => hit.Id)];

        string[] parts =
        [
            .. points.Chunk(7).SelectMany(batch => AlertEvaluator.Evaluate(
                new IndicatorBatch("T", points.FirstOrDefault(point => point.N == batch[0].N - 1), batch), [rule])).Select(hit => hit.Id),
        ];

        parts.Should().Equal(whole).And.NotBeEmpty();
    }

    [Fact]
    public void Evaluate_RsiWarmingUp_DoesNotAlert()
    {
        IndicatorPoint[] points = [Point(1, 1) with { Rsi14 = null }, Point(2, 1) with { Rsi14 = 80 }, Point(3, 1) with { Rsi14 = 60 }];

        AlertEvaluator.Evaluate(new IndicatorBatch("T", null, points), [Rule(AlertKinds.RsiAbove, 70)]).Should().BeEmpty();
        AlertEvaluator.Evaluate(new IndicatorBatch("T", null, points), [Rule(AlertKinds.RsiBelow, 70)]).Should().ContainSingle();
    }

    [Fact]
    public void Alert_OnReplayedData_SaysSo()
    {
        IndicatorPoint[] points = [Point(1, 99), Point(2, 101) with { Source = "replay-r1" }];

        DaprTrading.Contracts.Notification notice =
            AlertEvaluator.Evaluate(new IndicatorBatch("T", null, points), [Rule(AlertKinds.PriceAbove, 100)]).Single().ToNotice();

        notice.Title.Should().Be("REPLAY T: price crossed above 100");
        notice.Source.Should().Be("replay-r1");
    }

    [Fact]
    public void Evaluate_EmaCross_ComparesTheTwoAverages()
    {
        IndicatorPoint[] points =
            [Point(1, 1) with { Ema12 = 5, Ema26 = 6 }, Point(2, 1) with { Ema12 = 7, Ema26 = 6.5 }, Point(3, 1) with { Ema12 = 8, Ema26 = 7 }];

        AlertHit hit = AlertEvaluator.Evaluate(new IndicatorBatch("T", null, points), [Rule(AlertKinds.EmaCross, null)]).Single();

        hit.Id.Should().Be("alert:r:T:2");
        hit.ToNotice().Title.Should().Be("T: EMA 12 crossed above EMA 26");
    }

    [Fact]
    public void Evaluate_OtherSymbolOrDisabled_IsLeftOut()
    {
        IndicatorBatch batch = new("T", Point(1, 99), [Point(2, 101)]);

        AlertEvaluator.Evaluate(batch, [Rule(AlertKinds.PriceAbove, 100) with { Symbol = "U" }]).Should().BeEmpty();
        AlertEvaluator.Evaluate(batch, [Rule(AlertKinds.PriceAbove, 100) with { Enabled = false }]).Should().BeEmpty();
        AlertEvaluator.Evaluate(batch, [Rule(AlertKinds.PriceAbove, 100) with { Symbol = null }]).Should().ContainSingle();
    }

    [Theory]
    [InlineData("nonsense", 1.0, null, "kind")]
    [InlineData("price-above", null, null, "threshold")]
    [InlineData("price-above", -1.0, null, "threshold")]
    [InlineData("price-above", double.PositiveInfinity, null, "threshold")]
    [InlineData("rsi-below", 101.0, null, "threshold")]
    [InlineData("rsi-below", 30.0, -1, "cooldownBars")]
    public void Validate_BadRequest_NamesTheField(string kind, double? threshold, int? coolDown, string field) =>
        new AlertRuleRequest(kind, "AAPL", threshold, coolDown, null).Validate().Keys.Should().Equal(field);

    [Fact]
    public void Validate_GoodRequest_MakesARule()
    {
        var request = new AlertRuleRequest(AlertKinds.EmaCross, "brk.b", null, null, null);

        request.Validate().Should().BeEmpty();
        request.ToRule("x", 7).Should().Be(new AlertRule("x", AlertKinds.EmaCross, "BRK.B", null, 5, true, 7));
    }

    private static AlertRule Rule(string kind, double? threshold) => new("r", kind, "T", threshold, 0, true, 0);

    private static AlertHit[] Hits(AlertRule rule, params double[] closes) =>
        [.. AlertEvaluator.Evaluate(new IndicatorBatch("T", null, [.. closes.Select((close, i) => Point(i + 1, close))]), [rule])];

    private static IndicatorPoint Point(long n, double close) => new()
    {
        N = n, Time = n * 1000, Open = close, High = close, Low = close, Close = close, Volume = 1, Source = "test", IngestedAt = n * 1000,
    };
}
