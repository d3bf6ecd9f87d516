using DaprTrading.LocalRuntime.Actors;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class HashRingTests
{
    private static readonly ulong[] Actors = [.. Enumerable.Range(0, 20_000).Select(n => HashRing.Hash($"SYM{n}"))];

    [Fact]
    public void EmptyRing_HasNoOwner() => HashRing.Empty.Find(42).Should().BeNull();

    [Fact]
    public void Actors_AreSpreadEvenly()
    {
        HashRing ring = HashRing.Of(Hosts(4));

        int[] shares = [.. Actors.GroupBy(hash => ring.Find(hash)).Select(group => group.Count())];

        shares.Should().HaveCount(4).And.OnlyContain(share => share > 3_000 && share < 7_500);
    }

    [Fact]
    public void HostThatJoins_TakesAShareAndMovesNothingBetweenOthers()
    {
        HostedType[] hosts = Hosts(5);
        HashRing before = HashRing.Of(hosts[..4]);
        HashRing after = HashRing.Of(hosts);

        ulong[] moved = [.. Actors.Where(hash => before.Find(hash) != after.Find(hash))];

        moved.Should().OnlyContain(hash => after.Find(hash) == hosts[4]);
        moved.Length.Should().BeInRange(2_500, 6_000);
    }

    [Fact]
    public void OrderOfTheHosts_DoesNotMatter()
    {
        HostedType[] hosts = Hosts(3);
        HashRing ring = HashRing.Of(hosts);
        HashRing reversed = HashRing.Of([.. hosts.Reverse()]);

        Actors.Should().OnlyContain(hash => ring.Find(hash) == reversed.Find(hash));
    }

    private static HostedType[] Hosts(int count) =>
        [.. Enumerable.Range(0, count).Select(n => new HostedType(new ActorHost(new FakeSidecar("web", n, null), new FakeApp()), "T", ActorWorld.Hosting("T"), []))];
}
