using DaprTrading.Contracts;
using DaprTrading.Visualization;
using DaprTrading.Visualization.Live;

namespace DaprTrading.Tests.Unit.Visualization;

public sealed class FeedTests
{
    private const long Day = 1_700_006_400_000;
    private readonly SymbolFeed _feed = new("T", new VisualizationOptions { PointsPerSymbol = 100, HoleWait = TimeSpan.FromMilliseconds(300) });

    [Fact]
    public void TakePoints_InOrder_SendsEachOnce()
    {
        _feed.Add(Points(1, 3));
        PointsMessage first = _feed.TakePoints(0).Single();
        _feed.Add(Points(2, 5));
        PointsMessage second = _feed.TakePoints(50).Single();

        (first.PreviousN, Numbers(first)).Should().BeEquivalentTo((0L, (long[])[1, 2, 3]));
        (second.PreviousN, Numbers(second)).Should().BeEquivalentTo((3L, (long[])[4, 5]));
        _feed.TakePoints(100).Should().BeEmpty();
    }

    [Fact]
    public void TakePoints_MissingPointComesSoon_IsSentInOrder()
    {
        _feed.Add(Points(1, 2));
        _feed.TakePoints(0);
        _feed.Add(Points(4, 5));

        _feed.TakePoints(50).Should().BeEmpty("point 3 may still come");
        _feed.Add(Points(3, 3));

        Numbers(_feed.TakePoints(100).Single()).Should().Equal(3, 4, 5);
    }

    [Fact]
    public void TakePoints_MissingPointDoesNotCome_ShowsTheHole()
    {
        _feed.Add(Points(1, 2));
        _feed.TakePoints(0);
        _feed.Add(Points(5, 6));
        _feed.TakePoints(100);

        _feed.TakePoints(399).Should().BeEmpty();
        PointsMessage message = _feed.TakePoints(400).Single();

        (message.PreviousN, Numbers(message)).Should().BeEquivalentTo((4L, (long[])[5, 6]));
    }

    [Fact]
    public void TakePoints_HoleWithin_BecomesTwoMessages()
    {
        _feed.Add([.. Points(1, 2), .. Points(5, 6)]);
        _feed.TakePoints(0);

        List<PointsMessage> late = _feed.TakePoints(400);

        late.Should().ContainSingle().Which.PreviousN.Should().Be(4);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void TakePoints_ShuffledAndRepeated_SendsEveryPointOnce(int seed)
    {
        var random = new Random(seed);
        var feed = new SymbolFeed("T", new VisualizationOptions { PointsPerSymbol = 1_000 });
        var sent = new List<long>();
        long now = 0;
        foreach (IndicatorPoint[] batch in Points(1, 900).Chunk(5).Select((b, i) => (b, at: i + random.Next(0, 8))).OrderBy(e => e.at).Select(e => e.b))
        {
            feed.Add(batch);
            feed.Add(batch);
            sent.AddRange(feed.TakePoints(now += 20).SelectMany(message => Numbers(message)));
        }

        sent.AddRange(feed.TakePoints(now + 10_000).SelectMany(message => Numbers(message)));

        sent.Should().OnlyHaveUniqueItems().And.HaveCount(900);
        feed.After(0).Select(point => point.N).Should().BeInAscendingOrder().And.HaveCount(900);
    }

    [Fact]
    public void After_MoreThanIsKept_GivesTheNewest()
    {
        _feed.Add(Points(1, 350));

        _feed.After(0).Select(point => point.N).Should().Equal(Enumerable.Range(251, 100).Select(n => (long)n));
        _feed.After(348).Should().HaveCount(2);
        _feed.After(350).Should().BeEmpty();
        _feed.IsCompleteAfter(0).Should().BeTrue("all that is kept is there");
    }

    [Fact]
    public void IsCompleteAfter_HoleOrMissingBeginning_IsFalse()
    {
        _feed.Add([.. Points(10, 12), .. Points(14, 15)]);

        _feed.IsCompleteAfter(0).Should().BeFalse();
        _feed.IsCompleteAfter(11).Should().BeFalse();
        _feed.IsCompleteAfter(13).Should().BeTrue();
    }

    [Fact]
    public void Merge_NewerThanWasSent_IsSentToo()
    {
        _feed.Add(Points(5, 6));
        _feed.TakePoints(0);

        _feed.Merge(Points(1, 8));
        _feed.Add(Points(7, 8));

        Numbers(_feed.TakePoints(50).Single()).Should().Equal(7, 8);
        _feed.After(0).Should().HaveCount(8);
    }

    [Fact]
    public void Add_SeriesThatBeganAnew_ReplacesTheOld()
    {
        _feed.Add(Points(1, 50));
        _feed.TakePoints(0);

        _feed.Add([Point(1, Day + 999_999, 7)]);

        Numbers(_feed.TakePoints(50).Single()).Should().Equal(1);
        _feed.After(0).Should().ContainSingle();
    }

    [Fact]
    public void TakeQuote_IsConflated()
    {
        _feed.Add(Points(1, 10));

        _feed.TakeQuote(7)!.N.Should().Be(10);
        _feed.TakeQuote(8).Should().BeNull("nothing changed");
    }

    [Fact]
    public void TakeQuote_WithSummary_CarriesItOn()
    {
        _feed.Set(Summary(n: 8, last: 50, change: 10, volume: 1_000));
        _feed.Add(Points(1, 10));

        Quote quote = _feed.TakeQuote(7)!;

        quote.Change.Should().BeApproximately(quote.Last - 40, 1e-12);
        quote.Volume.Should().Be(1_000 + 9 + 10);
    }

    [Fact]
    public void TakeQuote_WithoutSummary_MeasuresFromTheFirstBarOfTheDay()
    {
        _feed.Add([Point(1, Day - 1, 90), Point(2, Day, 100), Point(3, Day + 1, 103)]);

        Quote quote = _feed.TakeQuote(7)!;

        (quote.Change, quote.ChangePercent, quote.Volume).Should().Be((3, 3, 5));
    }

    [Fact]
    public void TakeSummary_UnchangedOrOlder_IsNotSentAgain()
    {
        _feed.Set(Summary(n: 8, last: 50, change: 10, volume: 1));
        _feed.Add(Points(1, 9));
        _feed.TakeSummary()!.N.Should().Be(8);

        _feed.Set(Summary(n: 8, last: 50, change: 10, volume: 1));
        _feed.Set(Summary(n: 7, last: 40, change: 10, volume: 1));

        _feed.TakeSummary().Should().BeNull();
    }

    internal static IndicatorPoint[] Points(long first, long last) =>
        [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(n => Point(n, Day + n, 100 + n))];

    internal static IndicatorPoint Point(long n, long time, double close) => new()
    {
        N = n, Time = time, Open = close, High = close, Low = close, Close = close, Volume = n, Source = "test", IngestedAt = time,
    };

    private static long[] Numbers(PointsMessage message) => [.. message.Points.Select(point => point.N)];

    private static SymbolSummary Summary(long n, double last, double change, double volume) => new(
        "T", n, Day + n, last, 1, 1, 1, change, 0, volume, null, null, 0, null, 0, "flat", 0, 0, null, [], "test", Day + n);
}
