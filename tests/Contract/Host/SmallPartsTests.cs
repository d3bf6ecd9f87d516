using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Cli;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.Tests.Contract.Host;

public sealed class SmallPartsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_PairsInOneOrMoreOptions_AreCollected() =>
        ScaleArgument.Parse(["processing=3,signals=2", "gateway=1"]).Should().BeEquivalentTo(new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["processing"] = 3, ["signals"] = 2, ["gateway"] = 1,
        });

    [Theory, InlineData("processing"), InlineData("processing=x"), InlineData("processing=-1"), InlineData("=3"), InlineData("a=1=2")]
    public void Parse_MalformedPair_IsNamed(string pair)
    {
        Action parse = () => ScaleArgument.Parse([pair]);

        parse.Should().Throw<UserException>().WithMessage($"*'{pair}'*");
    }

    [Fact]
    public void For_SameInstanceAfterARestart_IsTheSameUuid()
    {
        string file = _folder.File("uuids.json");

        string first = new Uuids(file).For("visualization-0");
        string other = new Uuids(file).For("visualization-1");
        string again = new Uuids(file).For("visualization-0");

        again.Should().Be(first).And.NotBe(other);
    }

    [Fact]
    public void Covers_SourceChangedOrDeletedAfterTheStamp_IsFalse()
    {
        var stamp = new Stamp(_folder.File("stamps/services"));
        string source = Directory.CreateDirectory(_folder.File("services")).FullName;
        string deep = Directory.CreateDirectory(Path.Combine(source, "A")).FullName;
        string code = Path.Combine(deep, "a.cs");
        File.WriteAllText(code, "");
        bool before = stamp.Covers([source], []);

        stamp.Set(TimeProvider.System.GetUtcNow().AddSeconds(1));
        bool unchanged = stamp.Covers([source], []);
        File.SetLastWriteTimeUtc(code, TimeProvider.System.GetUtcNow().AddSeconds(5).UtcDateTime);
        bool changed = stamp.Covers([source], []);

        (before, unchanged, changed).Should().Be((false, true, false));
    }

    [Fact]
    public void Covers_BuildOutputChanged_IsStillTrue()
    {
        var stamp = new Stamp(_folder.File("stamps/services"));
        string output = Directory.CreateDirectory(_folder.File("services/A/obj")).FullName;
        File.WriteAllText(Path.Combine(output, "a.dll"), "");
        stamp.Set(TimeProvider.System.GetUtcNow().AddSeconds(1));
        File.SetLastWriteTimeUtc(Path.Combine(output, "a.dll"), TimeProvider.System.GetUtcNow().AddSeconds(5).UtcDateTime);

        stamp.Covers([_folder.File("services")], []).Should().BeTrue();
    }

    [Fact]
    public void TryTake_LockHeld_IsNull()
    {
        string file = _folder.File("run/lock");
        using FileStream? held = FileLock.TryTake(file);

        held.Should().NotBeNull();
        FileLock.TryTake(file).Should().BeNull();
    }

    [Fact]
    public void StopOrder_Apps_EdgeFirstDashboardLast()
    {
        string[] apps = ["visualization", "processing", "gateway", "somebody-elses", "ingestion"];

        apps.OrderBy(WellKnownApps.StopOrder).Should().Equal("somebody-elses", "gateway", "ingestion", "processing", "visualization");
    }
}
