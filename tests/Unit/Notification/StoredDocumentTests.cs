using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Notification;
using DaprTrading.Notification.Alerts;
using DaprTrading.Notification.History;
using DaprTrading.ServiceDefaults;
using DaprTrading.Tests.Unit.Testing;

namespace DaprTrading.Tests.Unit.Notification;

/// <summary>What the service stores outlives the build that wrote it. See the README beside the samples of processing.</summary>
public sealed class StoredDocumentTests
{
    private static readonly JsonSerializerOptions Json = ServiceJson.Options(NotificationJson.Default);

    [Fact]
    public void Log_IsReadAndWrittenAsItsSample() => Check("log", "A page of a log", Page(null));

    [Fact]
    public void Log_WithSources_FromBeforeItCarriedANumber_IsRead() =>
        JsonSerializer.Deserialize<StateLogPage<DaprTrading.Contracts.Notification>>(StateSample.Read("log-v2.json"), Json)
            .Should().BeEquivalentTo(Page("feed"));

    [Fact]
    public void AlertRules_AreReadAndWrittenAsTheirSample() => Check("alerts", "The list of alert rules", new AlertRuleList(
        [new("r1", AlertKinds.All[0], "A", 100.5, 5, true, 1_700_000_000_000), new("r2", AlertKinds.All[^1], null, null, 0, false, 1_700_000_000_001)]));

    [Fact]
    public void ReadMarks_AreReadAndWrittenAsTheirSample() => Check("read-marks", "What has been read", new ReadMarks(1_700_000_000_000, ["a", "b"]));

    [Fact]
    public void CoolDown_IsReadAndWrittenAsItsSample()
    {
        CoolDownMemory memory = CoolDownMemory.None.With(new Told(14, 1_700_000_000_000, 1_700_000_000_050)).With(new Told(22, 1_700_000_008_000, 1_700_000_008_050));

        string written = JsonSerializer.Serialize(memory, Json);

        written.Should().Be(StateSample.ReadCurrent("cool-down-layout-2.json", written));
        JsonSerializer.Deserialize<CoolDownMemory>(written, Json).Should().BeEquivalentTo(memory);
        JsonSerializer.Deserialize<CoolDownMemory>(StateSample.Read("cool-down-v1.json"), Json)!.Current().Points.Should().Equal(new Told(14, 1_700_000_000_000, 0));
        Later<CoolDownMemory>(written.Replace("\"layout\":2", "\"layout\":3", StringComparison.Ordinal), "The memory of a cool-down has layout 3*");
    }

    private static StateLogPage<DaprTrading.Contracts.Notification> Page(string? source) => new(3,
    [
        new("signal:A:10:ema-cross", "signal", "A: buy", "EMA 12 rose above EMA 26.", 1_700_000_000_000, "A", Side.Buy, "A:10:ema-cross", null, 1_700_000_000_050, false, source),
        new("alert:r1:A:12", "alert", "A above 100", "The price rose through 100.", 1_700_000_001_000, "A", null, null, "r1", 1_700_000_001_050, true, source),
    ]);

    /// <summary>What was stored before it carried a number is of layout 1, and so is what carries it.</summary>
    private static void Check<T>(string name, string what, T document)
    {
        string written = JsonSerializer.Serialize(document, Json);

        written.Should().Be(StateSample.ReadCurrent(name + "-layout-1.json", written));
        JsonSerializer.Deserialize<T>(StateSample.Read(name + "-v1.json"), Json).Should().BeEquivalentTo(document);
        JsonSerializer.Deserialize<T>(written, Json).Should().BeEquivalentTo(document);
        Later<T>(written.Replace("\"layout\":1", "\"layout\":2", StringComparison.Ordinal), what + " has layout 2*reads up to 1*");
    }

    private static void Later<T>(string text, string words)
    {
        Action reading = () => JsonSerializer.Deserialize<T>(text, Json);

        reading.Should().Throw<InvalidDataException>().WithMessage(words);
    }
}
