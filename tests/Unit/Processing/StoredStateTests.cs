using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Ordering;
using DaprTrading.Processing;
using DaprTrading.Processing.Bars;
using DaprTrading.Processing.Symbols;
using DaprTrading.Tests.Unit.Testing;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>A state outlives the build that wrote it.</summary>
public sealed class StoredStateTests
{
    /// <summary>The largest state a symbol can have, in bytes of JSON: see docs/architecture.md section 4. A sidecar takes requests of 4 MiB.</summary>
    private const int MaxBytes = 3_000_000;

    private static readonly string Current = $"v{SymbolState.CurrentVersion}.json";

    private static readonly SymbolSettings Settings = new(
        new OrderingLimits(MaxHeld: 100, GapTimeoutMs: 2_000, MaxSources: 4), [new(IndicatorKind.Sma, 100), new(IndicatorKind.Ema, 9)]);

    private static readonly List<Bar> Feed = SampleBars.Of(1, 300), Other = SampleBars.Of(2, 20, "other");

    [Theory]
    [InlineData("v1.json", 1, 275)]
    [InlineData("v2-indicators-v1.json", 1, 270)]
    [InlineData("v2-indicators-v2.json", 2, 270)]
    [InlineData("v2.json", 3, 0)]
    [InlineData("v3.json", 3, 0)]
    public void State_OfAnyVersion_IsReadAndGoesOnIdentically(string file, int indicators, long volumeFrom)
    {
        SymbolState state = Stored(StateSample.Read(file)), undisturbed = file == Current ? Told() : ToldBefore();
        state.LastN.Should().Be(255);

        foreach (List<Bar> batch in (List<Bar>[])[[Feed[250]], Feed.GetRange(252, 48), Other.GetRange(5, 15)])
        {
            SymbolTurn turn = Stored(Text(state)).Apply(batch, 0, Settings), expected = undisturbed.Apply(batch, 0, Settings);
            Json(turn.Points, indicators).Should().Be(Json(expected.Points, indicators));
            for (int i = 0; i < turn.Points.Count; i++)
            {
                turn.Points[i].Ema9.Should().BeApproximately(expected.Points[i].Ema9!.Value, 1e-5);
                turn.Points[i].Ema21.Should().BeApproximately(expected.Points[i].Ema21!.Value, 1e-5);
                if (turn.Points[i].N < volumeFrom) turn.Points[i].VolumeSma20.Should().BeNull();
                else turn.Points[i].VolumeSma20.Should().BeApproximately(expected.Points[i].VolumeSma20!.Value, 1e-6);
            }

            turn.Previous?.N.Should().Be(expected.Previous?.N);
            (state, undisturbed) = (turn.After, expected.After);
        }

        if (indicators == IndicatorSetState.CurrentVersion) Text(state).Should().Be(Text(undisturbed));
        Stored(Text(state)).Version.Should().Be(SymbolState.CurrentVersion, "it has the layout of this version once it made a point");
        state.LastN.Should().Be(320);
    }

    [Fact]
    public void State_OfThisVersion_IsWrittenAsItsSample()
    {
        string written = Text(Told());

        written.Should().Be(StateSample.ReadCurrent(Current, written));
    }

    [Theory]
    [InlineData("{\"version\":3,", "{\"version\":4,", "4")]
    [InlineData("],\"version\":2}", "],\"version\":7}", "7")]
    public async Task State_OfALaterVersion_IsRefusedAndLeftAsItIs(string known, string unknown, string version)
    {
        string text = StateSample.Read(Current);
        string later = text.Replace(known, unknown, StringComparison.Ordinal);
        later.Should().NotBe(text);
        var symbol = new CrashingSymbol();
        symbol.Storage.Stored = later;

        Func<Task> turn = () => symbol.TurnAsync([Feed[250]]);

        (await turn.Should().ThrowAsync<InvalidDataException>()).WithMessage($"*layout {version}*reads*");
        (symbol.Storage.Stored, symbol.Storage.Writes, symbol.Published.Count).Should().Be((later, 0, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void State_AfterAnyHundredThousandBars_IsBounded(int seed)
    {
        var settings = new SymbolSettings(new OrderingOptions().ToLimits(), []);
        var random = new Random(seed);
        string[] sources = [.. Enumerable.Range(0, 100).Select(WorstName)];
        long[] next = new long[sources.Length];
        Bar bar = WorstBar;
        SymbolState state = SymbolState.Empty;
        long largest = 0, now = 0;
        for (int bars = 0, turn = 0; bars < 100_000; turn++)
        {
            int source = random.Next(sources.Length), count = random.Next(10) == 0 ? 2_000 : random.Next(1, 100);
            // Holes, repeats and jumps; now and then time for the gaps to run out.
            Bar[] batch = [.. Enumerable.Range(0, count).Select(_ => bar with
            {
                Source = sources[source], Sequence = Math.Max(1, next[source] += random.Next(20) switch { 0 => 2, 1 => -3, 2 => 1_000, _ => 1 }),
            })];
            now += random.Next(40) == 0 ? 100_000 : 100;
            state = state.Apply(batch, now, settings).After;
            bars += count;
            if (turn % 10 == 0 || count == 2_000) largest = Math.Max(largest, Size(state));
        }

        largest.Should().BeInRange(100_000, MaxBytes, "seed {0}", seed);
    }

    /// <summary>Everything at its bound at once: what was held becomes due together with a delivery of as many sources as bars, and then as much is held again.</summary>
    [Fact]
    public void State_WithEverythingAtItsBound_FitsIntoARequest()
    {
        OrderingLimits limits = new OrderingOptions().ToLimits();
        var settings = new SymbolSettings(limits, []);
        SymbolState state = Hold(SymbolState.Empty, "first", limits.MaxHeld, settings);

        state = state.Apply([.. Enumerable.Range(0, BarDispatcher.MaxBarsPerCall).Select(i => WorstBar with { Source = WorstName(i), Sequence = 1 })], 0, settings).After;
        string[] sources = [.. state.Cursors.Sources.Select(source => source.Source)];
        foreach (string source in sources)
        {
            state = Hold(state, source, limits.MaxHeld / limits.MaxSources, settings);
            state = state.Forgo([.. Enumerable.Range(0, 100).Select(i => WorstBar with { Source = source, Sequence = (1L << 53) - (2 * i) })], 0, settings).After;
        }

        state.Outbox.Should().HaveCount(limits.MaxHeld + BarDispatcher.MaxBarsPerCall);
        state.Cursors.Sources.Sum(source => source.Cursor.Held.Count).Should().BeGreaterThan(limits.MaxHeld - limits.MaxSources);
        // The gaps that were given up are not reached this way: at most as many numbers again as are forgone.
        long forgone = sources.Length * 64 * 50;
        (Size(state) + forgone).Should().BeInRange(2_000_000, MaxBytes);
        Text(Stored(Text(state))).Should().Be(Text(state));
    }

    private static Bar WorstBar { get; } = SampleBars.Of(1, 1)[0] with
    {
        Open = 1.0 / 3, High = 2.0 / 3, Low = 1.0 / 7, Close = 1.0 / 3, Volume = 1e15 / 3, Time = 1L << 53, IngestedAt = 1L << 53,
    };

    private static string WorstName(int i) => $"{new string('"', BarCheck.MaxSourceLength - 4)}{i:0000}";

    private static SymbolState Hold(SymbolState state, string source, int bars, SymbolSettings settings)
    {
        foreach (int[] numbers in Enumerable.Range(3, bars).Chunk(BarDispatcher.MaxBarsPerCall))
            state = state.Apply([.. numbers.Select(number => WorstBar with { Source = source, Sequence = number })], 0, settings).After;
        return state;
    }

    private static long Size(SymbolState state) => JsonSerializer.SerializeToUtf8Bytes(state, ProcessingJson.Default.SymbolState).LongLength;

    /// <summary>The story of the sample at hand: that of those before, and a bar of a third source that is known not to come.</summary>
    private static SymbolState Told() => ToldBefore().Forgo([Feed[4] with { Source = "lost" }], 0, Settings).After;

    /// <summary>The story of the samples before layout 3.</summary>
    private static SymbolState ToldBefore()
    {
        SymbolState state = SymbolState.Empty;
        foreach (Bar[] batch in Feed.GetRange(0, 250).Chunk(10)) state = state.Apply(batch, 0, Settings).After;
        state = state.Apply(Other.GetRange(0, 5), 0, Settings).After;
        return state.Apply([Feed[251], Feed[253]], 0, Settings).After;
    }

    private static SymbolState Stored(string text) => JsonSerializer.Deserialize(text, ProcessingJson.Default.SymbolState)!;

    private static string Text(SymbolState state) => JsonSerializer.Serialize(state, ProcessingJson.Default.SymbolState);

    /// <param name="points">Points.</param>
    /// <param name="indicators">
    /// Layout of the indicators. What came after it is left out: EMA 9 and 21 are made from its closes, not to the last bit, and the mean volume warms up anew.
    /// </param>
    private static string Json(IEnumerable<IndicatorPoint> points, int indicators) => JsonSerializer.Serialize(
        [.. points.Select(point => indicators < 2 ? point with { Ema9 = null, Ema21 = null } : point)
            .Select(point => indicators < 3 ? point with { VolumeSma20 = null } : point)], ContractsJson.Default.ListIndicatorPoint);
}
