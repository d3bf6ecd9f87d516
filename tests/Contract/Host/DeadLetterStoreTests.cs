using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Host.DeadLetters;

namespace DaprTrading.Tests.Contract.Host;

public sealed class DeadLetterStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_SameEventTwice_IsKeptOnce()
    {
        DeadLetterStore store = Open();

        store.Add(Letter("a"));
        store.Add(Letter("a"));
        store.Add(Letter("b"));

        store.Counts().Should().Equal(new Dictionary<string, int> { ["bars-dead"] = 2 });
        store.Read("bars").Select(kept => kept.Letter.Id).Should().Equal("a", "b");
    }

    [Fact]
    public void Add_RemovedEventAgain_IsKeptAgain()
    {
        DeadLetterStore store = Open();
        store.Add(Letter("a"));
        var (number, letter) = store.Read(null).Single();

        store.Remove(number, letter);
        store.Counts().Should().BeEmpty();
        store.Add(Letter("a"));

        store.Counts()["bars-dead"].Should().Be(1);
    }

    [Fact]
    public void Add_BeyondTheMost_DropsTheOldest()
    {
        DeadLetterStore store = Open(most: 2);

        int[] dropped = [store.Add(Letter("a")), store.Add(Letter("b")), store.Add(Letter("c"))];

        dropped.Should().Equal(0, 0, 1);
        store.Read(null).Select(kept => kept.Letter.Id).Should().Equal("b", "c");
    }

    [Fact]
    public void Add_BeyondTheBytes_DropsTheOldest()
    {
        DeadLetterStore store = Open(mostBytes: 1000);

        foreach (int i in Enumerable.Range(0, 20)) store.Add(Letter($"event-{i}"));

        Directory.EnumerateFiles(_folder.Path, "*.json", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length).Should().BeInRange(1, 1000);
        store.Read(null).Last().Letter.Id.Should().Be("event-19");
    }

    [Fact]
    public void Open_Again_KnowsWhatWasKept()
    {
        Open().Add(Letter("a"));
        byte[] raw = [0xFF, 0x00, 0x7B];
        Open().Add(DeadLetter.From("pubsub", "../up", "files", new PubSubMessage("../up", raw, EmptyMetadata.Value)));

        DeadLetterStore again = Open();
        again.Add(Letter("a"));

        again.Counts().Should().Equal(new Dictionary<string, int> { ["../up"] = 1, ["bars-dead"] = 1 });
        again.Read("files").Single().Letter.Bytes().Should().Equal(raw);
        Encoding.UTF8.GetString(again.Read("bars").Single().Letter.Bytes()).Should().Be("{\"id\":\"a\",\"topic\":\"bars\",\"data\":{\"x\":1.50}}");
        Directory.EnumerateDirectories(_folder.Path).Should().HaveCount(2, "no topic's name leads out of the folder");
    }

    private static DeadLetter Letter(string id) => DeadLetter.From(
        "pubsub", "bars-dead", "elsewhere",
        new PubSubMessage("bars-dead", Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\",\"topic\":\"bars\",\"data\":{{\"x\":1.50}}}}"), EmptyMetadata.Value));

    private DeadLetterStore Open(int most = 10, long mostBytes = 100_000) => new(_folder.Path, TimeProvider.System, most, mostBytes);
}
