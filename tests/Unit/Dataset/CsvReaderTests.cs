using DaprTrading.Dataset.Files;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class CsvReaderTests
{
    [Fact]
    public async Task Read_DailyBars_EndWithTheNewYorkSession()
    {
        FileContent content = await ReadAsync("date,open,high,low,close,volume\n2020-01-15,1,2,1,2,10\n2020-07-15,1,2,1,2,10\n");

        // 16:00 in New York is 21:00 UTC in winter and 20:00 UTC in summer.
        content.Bars.Select(bar => DateTimeOffset.FromUnixTimeMilliseconds(bar.End).UtcDateTime)
            .Should().Equal(new DateTime(2020, 1, 15, 21, 0, 0, DateTimeKind.Utc), new DateTime(2020, 7, 15, 20, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task Read_MinuteBarsStampedAtTheirStart_AreKnownAtTheirEnd()
    {
        FileContent content = await ReadAsync("timestamp,open,high,low,close,volume\n2014-06-05T13:30:00Z,1,2,1,2,10\n2014-06-05T13:31:00Z,1,2,1,2,10\n");

        content.Bars[0].End.Should().Be(DateTimeOffset.Parse("2014-06-05T13:31:00Z").ToUnixTimeMilliseconds());
        content.Bars.Select(bar => bar.Sequence).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Read_FileGroupedByName_IsMergedByTimeAndNumberedPerSymbol()
    {
        FileContent content = await ReadAsync(
            "date,open,high,low,close,volume,Name\n2013-02-08,1,2,1,2,10,AAL\n2013-02-11,1,2,1,2,10,AAL\n2013-02-08,5,6,5,6,10,ZTS\n2013-02-11,5,6,5,6,10,ZTS\n");

        content.Bars.Select(bar => (bar.Symbol, bar.Sequence)).Should().Equal(("AAL", 1), ("ZTS", 1), ("AAL", 2), ("ZTS", 2));
    }

    [Theory]
    [InlineData("2015-07-17,,2,1,2,10", "open")]
    [InlineData("2015-07-17,1,2,1,null,10", "close")]
    [InlineData("2015-07-17,3,2,1,2,10", "outside")]
    [InlineData("2015-07-17,1,2,1,2,-1", "volume")]
    [InlineData("sometime,1,2,1,2,10", "no time")]
    [InlineData("2015-07-17,1,2", "cells")]
    public async Task Read_BadRow_IsCountedWithLineAndReason(string row, string reason)
    {
        FileContent content = await ReadAsync($"date,open,high,low,close,volume\n2015-07-16,1,2,1,2,10\n{row}\n2015-07-20,1,2,1,2,10\n");

        content.Bars.Should().HaveCount(2);
        content.BadRowCount.Should().Be(1);
        content.BadRows.Should().ContainSingle().Which.Should().Match<BadRow>(bad => bad.Line == 3 && bad.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("Exceeded the daily hits limit", "time")]
    [InlineData("date,open,high,close,volume\n", "low")]
    [InlineData("date,open,high,low,close,volume\nx,1,1,1,1,1\n", "No row")]
    public async Task Read_NoMarketData_SaysWhatIsMissing(string text, string message)
    {
        await FluentActions.Awaiting(() => ReadAsync(text)).Should().ThrowAsync<DatasetFormatException>().WithMessage($"*{message}*");
    }

    [Theory]
    [InlineData("1502942400", 1_502_942_400_000)]
    [InlineData("1502942400000", 1_502_942_400_000)]
    [InlineData("1735689600000000", 1_735_689_600_000)]
    [InlineData("1735689600000000000", 1_735_689_600_000)]
    public void TryParse_UnixTimes_AreToldApartByTheirDigits(string text, long expected)
    {
        BarTime.TryParse(text, out long time, out bool isDate).Should().BeTrue();
        (time, isDate).Should().Be((expected, false));
    }

    [Theory]
    [InlineData("AAPL-20140605", "AAPL")]
    [InlineData("SPY", "SPY")]
    [InlineData("BRK-B", "BRK-B")]
    public void SymbolOf_FileName_DropsTheDay(string name, string symbol) => DatasetFolder.SymbolOf(name).Should().Be(symbol);

    private static Task<FileContent> ReadAsync(string text) => CsvReader.ReadAsync(new StringReader(text), "SYM", CancellationToken.None);
}
