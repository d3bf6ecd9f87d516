using System.Text.Json;
using DaprTrading.Indicators;

namespace DaprTrading.Tests.Unit.Indicators;

public sealed class IndicatorSetTests
{
    private static readonly CustomIndicator[] Custom =
    [
        new(IndicatorKind.Sma, 7), new(IndicatorKind.Sma, 300), new(IndicatorKind.Ema, 9), new(IndicatorKind.Rsi, 2), new(IndicatorKind.Atr, 5),
    ];

    private readonly GoldenSeries _series = GoldenSeries.Load("aapl-minute");

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Restore_AfterAnyBar_ContinuesToTheLastBit(int seed)
    {
        var random = new Random(seed);
        var undisturbed = new IndicatorSet(Custom);
        var disturbed = new IndicatorSet(Custom);

        for (int i = 0; i < 1500; i++)
        {
            if (random.Next(4) == 0)
                disturbed = IndicatorSet.Restore(ThroughJson(disturbed.Snapshot()), Custom);

            // Record equality of doubles is equality of every bit that matters: NaN equals NaN.
            Update(disturbed, i).Should().Be(Update(undisturbed, i), "bar {0}, seed {1}", i, seed);
            disturbed.Custom.ToArray().Should().Equal(undisturbed.Custom.ToArray());
        }

        Json(disturbed.Snapshot()).Should().Be(Json(undisturbed.Snapshot()));
    }

    [Fact]
    public void Snapshot_TakenBefore_IsNotChangedByLaterBars()
    {
        var set = new IndicatorSet(Custom);
        for (int i = 0; i < 400; i++)
            Update(set, i);
        IndicatorSetState snapshot = set.Snapshot();
        string before = Json(snapshot);

        for (int i = 400; i < 800; i++)
            Update(set, i);

        Json(snapshot).Should().Be(before);
    }

    [Fact]
    public void Snapshot_WithFullWindow_StaysSmall()
    {
        var set = new IndicatorSet([]);
        for (int i = 0; i < 500; i++)
            Update(set, i);

        Json(set.Snapshot()).Length.Should().BeLessThan(3_000);
    }

    [Fact]
    public void Restore_WithAnIndicatorAddedAndOneRemoved_KeepsTheOthers()
    {
        var set = new IndicatorSet([new(IndicatorKind.Ema, 9), new(IndicatorKind.Sma, 7)]);
        for (int i = 0; i < 100; i++)
            Update(set, i);

        IndicatorSet changed = IndicatorSet.Restore(set.Snapshot(), [new(IndicatorKind.Sma, 7), new(IndicatorKind.Sma, 3)]);
        IndicatorValues expected = Update(set, 100);

        Update(changed, 100).Should().Be(expected);
        changed.Custom[0].Should().Be(set.Custom[1]);
        changed.Custom[1].Should().Be(double.NaN, "a new indicator warms up by itself");
    }

    [Fact]
    public void Restore_OfAnotherLayout_IsRefused()
    {
        IndicatorSetState state = new IndicatorSet([]).Snapshot() with { Version = 7 };

        Action restore = () => IndicatorSet.Restore(state, []);

        restore.Should().Throw<InvalidDataException>().WithMessage("*layout 7*");
    }

    /// <summary>Layout 1 is layout 2 without its last four fields, the counts and values of EMA(9) and EMA(21), and layout 2 is layout 3 without the two of the mean volume.</summary>
    [Theory, InlineData(0, 0), InlineData(15, 0), InlineData(200, 0), InlineData(1500, 1e-7)]
    public void Restore_OfLayout1_ContinuesWithTheFastAveragesMadeFromItsCloses(int bars, double tolerance)
    {
        var set = new IndicatorSet([]);
        for (int i = 0; i < bars; i++)
            Update(set, i);
        IndicatorSetState state = set.Snapshot();

        IndicatorSet old = IndicatorSet.Restore(ThroughJson(state with { Version = 1, Fields = state.Fields[..^6], Volumes = [] }), []);

        for (int i = bars; i < bars + 30; i++)
        {
            (IndicatorValues expected, IndicatorValues actual) = (Update(set, i), Update(old, i));
            (actual with { Ema9 = 0, Ema21 = 0, VolumeSma20 = 0 }).Should().Be(expected with { Ema9 = 0, Ema21 = 0, VolumeSma20 = 0 });
            Differ(actual.Ema9, expected.Ema9).Should().BeLessThanOrEqualTo(tolerance);
            Differ(actual.Ema21, expected.Ema21).Should().BeLessThanOrEqualTo(tolerance);
        }
    }

    [Theory, InlineData(0), InlineData(15), InlineData(1500)]
    public void Restore_OfLayout2_WarmsUpTheMeanVolumeAnew(int bars)
    {
        var set = new IndicatorSet([]);
        for (int i = 0; i < bars; i++)
            Update(set, i);
        IndicatorSetState state = set.Snapshot();

        IndicatorSet old = IndicatorSet.Restore(ThroughJson(state with { Version = 2, Fields = state.Fields[..^2], Volumes = [] }), []);

        for (int i = bars; i < bars + 60; i++)
        {
            (IndicatorValues expected, IndicatorValues actual) = (Update(set, i), Update(old, i));
            (actual with { VolumeSma20 = 0 }).Should().Be(expected with { VolumeSma20 = 0 });
            if (i < bars + 19)
                actual.VolumeSma20.Should().Be(double.NaN, "bar {0} after the change", i - bars);
            else
                Differ(actual.VolumeSma20, expected.VolumeSma20).Should().BeLessThan(1e-12);
        }
    }

    [Fact]
    public void Update_InSteadyState_AllocatesNothing()
    {
        var set = new IndicatorSet(Custom);
        for (int i = 0; i < 600; i++)
            Update(set, i);
        double[] high = _series["high"], low = _series["low"], close = _series.Close, volume = _series["volume"];
        long before = GC.GetAllocatedBytesForCurrentThread();

        double sum = 0;
        for (int i = 600; i < 2300; i++)
            sum += set.Update(i, high[i], low[i], close[i], volume[i]).Sma20;

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        sum.Should().BePositive();
    }

    [Fact]
    public void Update_SameCloseAgainAndAgain_CountsHowLongItStoodStill()
    {
        var set = new IndicatorSet([]);

        int[] unchanged = [.. new[] { 5.0, 5, 5, 6, 6, 5 }.Select((close, i) => set.Update(i, close, close, close, 1).Unchanged)];

        unchanged.Should().Equal(0, 1, 2, 0, 1, 0);
    }

    [Fact]
    public void SlidingMean_OverAMillionValues_DoesNotDrift()
    {
        var random = new Random(11);
        var sma = new Sma(20);
        var last = new Queue<double>();
        double value = double.NaN;

        for (int i = 0; i < 1_000_000; i++)
        {
            double price = random.NextDouble() * Math.Pow(10, random.Next(-3, 9));
            value = sma.Update(price);
            last.Enqueue(price);
            if (last.Count > 20)
                last.Dequeue();
        }

        value.Should().BeApproximately(last.Average(), 1e-6);
    }

    [Theory, InlineData("sma100", "sma100"), InlineData("EMA9", "ema9"), InlineData("rsi2", "rsi2"), InlineData("atr21", "atr21")]
    public void TryParse_KindAndPeriod_IsRead(string text, string name) => CustomIndicator.TryParse(text)!.Name.Should().Be(name);

    [Theory, InlineData(""), InlineData("sma"), InlineData("sma1"), InlineData("sma1001"), InlineData("wma5"), InlineData("sma-5"), InlineData("sma 5")]
    public void TryParse_SomethingElse_IsNull(string text) => CustomIndicator.TryParse(text).Should().BeNull();

    [Theory, InlineData(0), InlineData(-1)]
    public void Constructors_PeriodOutOfRange_AreRefused(int period)
    {
        Action[] constructors =
        [
            () => _ = new Sma(period), () => _ = new Ema(period), () => _ = new Rsi(period), () => _ = new Atr(period),
            () => _ = new BollingerBands(period), () => _ = new Macd(period),
        ];

        constructors.Should().AllSatisfy(constructor => constructor.Should().Throw<ArgumentOutOfRangeException>());
    }

    [Fact]
    public void Vwap_BarOfTheNextUtcDay_StartsAnew()
    {
        var vwap = new Vwap();
        const long midnight = 86_400_000;

        vwap.Update(midnight - 1, 10, 10, 10, 100).Should().Be(10);
        vwap.Update(midnight, 20, 20, 20, 0).Should().Be(double.NaN, "no volume was traded yet");
        vwap.Update(midnight + 1, 30, 30, 30, 5).Should().Be(30);
    }

    private static double Differ(double actual, double expected) =>
        double.IsNaN(expected) && double.IsNaN(actual) ? 0 : Math.Abs(actual - expected) / expected;

    private IndicatorValues Update(IndicatorSet set, int i) =>
        set.Update(_series.Times[i], _series["high"][i], _series["low"][i], _series.Close[i], _series["volume"][i]);

    private static string Json(IndicatorSetState state) => JsonSerializer.Serialize(state, IndicatorsJson.Default.IndicatorSetState);

    private static IndicatorSetState ThroughJson(IndicatorSetState state) =>
        JsonSerializer.Deserialize(Json(state), IndicatorsJson.Default.IndicatorSetState)!;
}
