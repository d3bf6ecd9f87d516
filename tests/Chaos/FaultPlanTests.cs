namespace DaprTrading.Tests.Chaos;

/// <summary>What a plan of faults contains, whatever its seed.</summary>
public sealed class FaultPlanTests
{
    private static readonly ChaosOptions Short = new(0, TimeSpan.FromSeconds(30)), Long = new(0, TimeSpan.FromMinutes(3));

    [Fact]
    public void Deck_OfAnySeed_KillsEveryServiceRedisAndTheRuntime()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            foreach (ChaosOptions options in (ChaosOptions[])[Short with { Seed = seed }, Long with { Seed = seed }])
            {
                List<Fault> deck = DeckOf(options);
                deck.Where(fault => fault.Kind == FaultKind.KillApp).Select(fault => fault.App).Should().BeEquivalentTo(FaultPlan.Apps, $"of seed {seed}");
                deck.Select(fault => fault.Kind).Should().Contain(Enum.GetValues<FaultKind>(), $"of seed {seed}");
                deck.Where(fault => fault.Kind == FaultKind.Scale).Select(fault => fault.Instances > 1).Should().Equal([true, false], "it is scaled up, then down, by seed {0}", seed);
            }
        }
    }

    [Fact]
    public void Deck_OfALongRun_OutlastsEveryTimeLimit()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            List<Fault> deck = DeckOf(Long with { Seed = seed });
            deck.Should().ContainSingle(fault => fault.Kind == FaultKind.PauseApp && fault.Length >= TimeSpan.FromSeconds(70) && fault.Length <= TimeSpan.FromSeconds(130));
            deck.Should().ContainSingle(fault => fault.Kind == FaultKind.KillRuntime && fault.Length > TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public void Faults_OfOneSeed_AreAlwaysTheSame() =>
        new FaultPlan(Short with { Seed = 7 }).Faults().Take(100).Should().Equal(new FaultPlan(Short with { Seed = 7 }).Faults().Take(100));

    [Fact]
    public void Pair_AtOneTime_ConcernsTwoApps() => new FaultPlan(Long).Faults().Take(1_000).Where(fault => fault.Along is not null).Should()
        .NotBeEmpty().And.OnlyContain(fault => fault.IsOfApp && fault.Along!.IsOfApp && fault.App != fault.Along.App);

    private static List<Fault> DeckOf(ChaosOptions options)
    {
        var deck = new List<Fault>();
        foreach (Fault fault in new FaultPlan(options).Faults())
        {
            deck.Add(fault);
            if (fault.Along is { } along) deck.Add(along);
            if (fault.EndsDeck) break;
        }

        return deck;
    }
}
