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
    public void Log_OfTheFirstLayout_IsRead() =>
        JsonSerializer.Deserialize<StateLogPage<DaprTrading.Contracts.Notification>>(StateSample.Read("log-v1.json"), Json)
            .Should().BeEquivalentTo(Page(null));

    [Fact]
    public void Log_IsReadAndWrittenAsItsSample() => Check("log-v2.json", Page("feed"));

    [Fact]
    public void AlertRules_AreReadAndWrittenAsTheirSample() => Check("alerts-v1.json", new AlertRuleList(
        [new("r1", AlertKinds.All[0], "A", 100.5, 5, true, 1_700_000_000_000), new("r2", AlertKinds.All[^1], null, null, 0, false, 1_700_000_000_001)]));

    [Fact]
    public void ReadMarks_AreReadAndWrittenAsTheirSample() => Check("read-marks-v1.json", new ReadMarks(1_700_000_000_000, ["a", "b"]));

    private static StateLogPage<DaprTrading.Contracts.Notification> Page(string? source) => new(3,
    [
        new("signal:A:10:ema-cross", "signal", "A: buy", "EMA 12 rose above EMA 26.", 1_700_000_000_000, "A", Side.Buy, "A:10:ema-cross", null, 1_700_000_000_050, false, source),
        new("alert:r1:A:12", "alert", "A above 100", "The price rose through 100.", 1_700_000_001_000, "A", null, null, "r1", 1_700_000_001_050, true, source),
    ]);

    private static void Check<T>(string file, T document)
    {
        string written = JsonSerializer.Serialize(document, Json);
        string sample = StateSample.ReadCurrent(file, written);

        written.Should().Be(sample);
        JsonSerializer.Deserialize<T>(sample, Json).Should().BeEquivalentTo(document);
    }
}
