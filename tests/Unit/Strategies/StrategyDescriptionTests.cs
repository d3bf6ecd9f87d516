using System.Text.Json;
using System.Text.Json.Nodes;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

/// <summary>What is said about the strategies is what they do.</summary>
public sealed class StrategyDescriptionTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private static readonly IReadOnlyList<StrategyDescription> All = StrategyDescriptions.Of(StrategySettings.Default);
    private static readonly JsonObject Defaults = JsonSerializer.SerializeToNode(StrategySettings.Default, Web)!.AsObject();

    public static IEnumerable<object[]> Parameters => All.SelectMany(s => s.Parameters.Select(p => new object[] { s.Field, p.Name }));

    [Fact]
    public void Descriptions_NameEveryStrategyAndEverySetting()
    {
        All.Select(strategy => strategy.Name).Should().Equal(StrategyCatalog.Names);
        foreach (StrategyDescription strategy in All)
            strategy.Parameters.Select(p => p.Name).Should().BeEquivalentTo(Defaults[strategy.Field]!.AsObject().Select(p => p.Key), strategy.Field);
    }

    [Theory, MemberData(nameof(Parameters))]
    public void Description_DefaultAndBounds_AreThoseThatAreChecked(string field, string name)
    {
        ParameterDescription parameter = All.Single(s => s.Field == field).Parameters.Single(p => p.Name == name);

        Defaults[field]![name]!.ToJsonString().Should().Be(parameter.Default);
        double step = parameter.Kind == "integer" ? 1 : 0.01;
        foreach (double wrong in new[] { parameter.Least - step, parameter.Most + step }.OfType<double>())
            ErrorsWith(field, name, wrong).Should().Contain($"{field}.{name}");
        foreach (double right in new[] { parameter.Least, parameter.Most }.OfType<double>().Where(value => value is not 0 || name != "threshold"))
            ErrorsWith(field, name, right).Should().BeSubsetOf(["bollingerReentry.minWidth"], "{0} is within the bounds", right);
    }

    /// <summary>Over many short series every strategy gives its first signal right after its warm-up, and never before.</summary>
    [Theory]
    [InlineData(RsiRecross.StrategyName, 100, 400)]
    [InlineData(EmaCross.StrategyName, 60, 400)]
    [InlineData(EmaCrossFast.StrategyName, 60, 400)]
    [InlineData(MacdCross.StrategyName, 60, 400)]
    [InlineData(BollingerReentry.StrategyName, 60, 400)]
    [InlineData(CompositeVote.StrategyName, 60, 400)]
    [InlineData(SmaRegime.StrategyName, 204, 1500)]
    public void WarmUp_IsTheNumberOfBarsBeforeTheFirstPossibleSignal(string name, int bars, int series)
    {
        var settings = new StrategySettings
        {
            RsiRecross = new RsiRecrossSettings { Oversold = 49, Overbought = 51 }, BollingerReentry = new BollingerReentrySettings { MinWidth = 0, MaxWidth = 100 },
            CompositeVote = new CompositeVoteSettings { Threshold = 1 },
        };
        IStrategy strategy = StrategyCatalog.Create(name, settings)!;
        long first = long.MaxValue;

        for (int seed = 0; seed < series; seed++)
        {
            IReadOnlyList<IndicatorPoint> points = PointSeries.Of(RandomWalk(seed, bars));
            for (int i = 1; i < points.Count; i++)
            {
                if (strategy.Evaluate("X", points[i - 1], points[i]) is { } signal)
                    first = Math.Min(first, signal.N);
            }
        }

        first.Should().Be(strategy.WarmUpBars + 1);
        StrategyDescriptions.Of(settings).Single(s => s.Name == name).WarmUpBars.Should().Be(strategy.WarmUpBars);
    }

    private static PriceBar[] RandomWalk(int seed, int count)
    {
        var random = new Random(seed);
        var bars = new PriceBar[count];
        double price = 100;
        for (int i = 0; i < count; i++)
        {
            double open = price;
            price *= Math.Exp(0.03 * (random.NextDouble() + random.NextDouble() - 1));
            bars[i] = new PriceBar((i + 1) * 86_400_000L, open, Math.Max(open, price) + 0.3, Math.Min(open, price) - 0.3, price, 1_000);
        }

        return bars;
    }

    private static IEnumerable<string> ErrorsWith(string field, string name, double value)
    {
        JsonObject changed = Defaults.DeepClone().AsObject();
        changed[field]![name] = value;
        return changed.Deserialize<StrategySettings>(Web)!.Validate().Keys;
    }
}
