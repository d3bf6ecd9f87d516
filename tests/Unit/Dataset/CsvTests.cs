using DaprTrading.MarketData;
using static DaprTrading.Tests.Unit.Dataset.Samples;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class CsvTests
{
    [Fact]
    public void Read_DailyBars_EndWithTheNewYorkSession()
    {
        FileContent content = Text("date,open,high,low,close,volume\n2020-01-15,1,2,1,2,10\n2020-07-15,1,2,1,2,10\n2020-07-16,1,2,1,2,10\n");

        // 16:00 in New York is 21:00 UTC in winter and 20:00 UTC in summer.
        content.Bars.Select(bar => bar.End).Should().Equal(Utc("2020-01-15T21:00"), Utc("2020-07-15T20:00"), Utc("2020-07-16T20:00"));
    }

    [Fact]
    public void Read_MinuteBarsStampedAtTheirStart_AreKnownAtTheirEnd()
    {
        FileContent content = Text("timestamp,open,high,low,close,volume\n2014-06-05T13:30:00Z,1,2,1,2,10\n2014-06-05T13:31:00Z,1,2,1,2,10\n");

        content.Bars.Select(bar => (bar.End, bar.Sequence)).Should().Equal((Utc("2014-06-05T13:31"), 1), (Utc("2014-06-05T13:32"), 2));
    }

    [Theory]
    [InlineData("2020-01-06", "2020-01-13", "2020-01-12T21:00", "the week is over on Sunday")]
    [InlineData("2020-02-01", "2020-03-01", "2020-02-29T21:00", "the month is over on its last day")]
    public void Read_WeeklyOrMonthlyBars_AreNotKnownOnTheirFirstDay(string first, string second, string end, string because) =>
        Text($"Date,Open,High,Low,Close,Volume\n{first},1,2,1,2,10\n{second},1,2,1,2,10\n").Bars[0].End.Should().Be(Utc(end), because);

    [Fact]
    public void Read_DailyBarsOfAMarketThatTradesAtWeekends_EndAtMidnightUtc() =>
        Text("Date,Open,High,Low,Close,Volume\n2021-01-01,1,2,1,2,10\n2021-01-02,1,2,1,2,10\n").Bars.Select(bar => bar.End)
            .Should().Equal(Utc("2021-01-02"), Utc("2021-01-03"));

    [Fact]
    public void Read_NewestFirst_IsPutInOrder() =>
        Text("timestamp,open,high,low,close,volume\n2020-01-15T10:10:00Z,1,2,1,2,10\n2020-01-15T10:05:00Z,3,4,3,4,10\n").Bars
            .Select(bar => (bar.Open, bar.End)).Should().Equal((3, Utc("2020-01-15T10:10")), (1, Utc("2020-01-15T10:15")));

    [Fact]
    public void Read_FileGroupedByName_IsMergedByTimeAndNumberedPerSymbol()
    {
        FileContent content = Text(
            "date,open,high,low,close,volume,Name\n2013-02-08,1,2,1,2,10,AAL\n2013-02-11,1,2,1,2,10,AAL\n2013-02-08,5,6,5,6,10,ZTS\n2013-02-11,5,6,5,6,10,ZTS\n");

        content.Formats.Should().Equal(Formats.Kaggle);
        content.Bars.Select(bar => (bar.Symbol, bar.Sequence)).Should().Equal(("AAL", 1), ("ZTS", 1), ("AAL", 2), ("ZTS", 2));
    }

    [Theory]
    [InlineData("2015-07-17,,2,1,2,10", "open is ''")]
    [InlineData("2015-07-17,1,2,1,null,10", "close is 'null'")]
    [InlineData("2015-07-17,3,2,1,2,10", "outside")]
    [InlineData("2015-07-17,1,2,1,2,-1", "volume")]
    [InlineData("2015-07-17,1,NaN,1,2,1", "high")]
    [InlineData("sometime,1,2,1,2,10", "no time")]
    [InlineData("2015-07-17,1,2", "3 cells instead of 6")]
    [InlineData("2015-07-16,1,2,1,2,10", "that time already")]
    public void Read_BadRow_IsCountedWithLineAndReason(string row, string reason)
    {
        FileContent content = Text($"date,open,high,low,close,volume\n2015-07-16,1,2,1,2,10\n{row}\n2015-07-20,1,2,1,2,10\n");

        content.Bars.Should().HaveCount(2);
        content.BadRowCount.Should().Be(1);
        content.BadRows.Should().ContainSingle().Which.Should().Match<BadRow>(bad => bad.Line == 3 && bad.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1969-12-31,1,2,1,2,10,A", "before 1970")]
    [InlineData("2015-07-17,1,2,1,2,10,M&M", "symbol is 'M&M'")]
    [InlineData("2015-07-17,1,2,1,2,10,", "symbol is ''")]
    [InlineData("2015-07-17,1,2e15,1,2,10,A", "out of range")]
    [InlineData("2015-07-17,1,2,1,2,2e15,A", "out of range")]
    public void Read_WhatTheGatewayWouldRefuse_IsABadRowAndLeavesNoGap(string row, string reason)
    {
        FileContent content = Text($"date,open,high,low,close,volume,symbol\n2015-07-16,1,2,1,2,10,a\n{row}\n2015-07-20,1,2,1,2,10,A\n");

        content.Bars.Select(bar => (bar.Symbol, bar.Sequence)).Should().Equal(("A", 1), ("A", 2));
        content.BadRows.Should().ContainSingle().Which.Should().Match<BadRow>(bad => bad.Line == 3 && bad.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_BarThatIsNotOver_IsABadRow()
    {
        const string Row = "1502942400000,1,2,1,2,10,1502942459999\n1502942460000,1,2,1,2,10,1502942519999\n";

        FileContent content = Text(Row, "BTCUSDT-1m.csv", settings: ReadSettings.Default with { Format = Formats.Binance, AsOf = 1_502_942_519_999 });
        FileContent later = Text(Row, "BTCUSDT-1m.csv", settings: ReadSettings.Default with { Format = Formats.Binance, AsOf = 1_502_942_520_000 });

        content.Bars.Should().ContainSingle();
        content.BadRows.Should().Equal(new BadRow(2, "it is not over yet: it ends on 2017-08-17 04:02 UTC"));
        later.Bars.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[{\"t\":1646110800000}]")]
    public void Read_MonthsWithAClockTime_AreOverWhenTheNextBegins(string form)
    {
        // Months of New York: at 05:00 UTC in winter, at 04:00 in summer.
        string[] starts = ["2022-01-01T05:00:00Z", "2022-02-01T05:00:00Z", "2022-03-01T05:00:00Z", "2022-04-01T04:00:00Z"];
        FileContent content = form.Length == 0
            ? Text("timestamp,open,high,low,close,volume\n" + string.Concat(starts.Select(start => start + ",2,2,1.9,2,10\n")))
            : Text("""{"ticker":"A","results":[""" + string.Join(',', starts.Reverse().Select(start => $$"""{"t":{{Utc(start)}},"o":2,"h":2,"l":1.9,"c":2,"v":3}""")) + "]}", "a.json");

        content.Bars.Select(bar => bar.End).Should().Equal(Utc(starts[1]), Utc(starts[2]), Utc(starts[3]), Utc("2022-05-01T04:00:00Z"));
        content.Warnings.Should().BeEmpty("months differ by nature");
    }

    [Fact]
    public void Read_HoursOfASessionThatBeginsAtHalfPast_LastAnHourExceptTheFirst()
    {
        string[] times = ["09:30", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"];
        FileContent content = Text("timestamp,open,high,low,close,volume\n" + string.Concat(times.Select(time => $"2022-01-03T{time}:00Z,2,2,1.9,2,10\n")));

        content.Bars.Select(bar => bar.End).Should().Equal(times.Skip(1).Append("16:00").Select(time => Utc("2022-01-03T" + time)));
        content.Warnings.Should().ContainSingle().Which.Should().Be("SYM.csv has bars of different lengths: most last 1 h, but 1 are followed sooner and are taken as over then.");
    }

    [Fact]
    public void Read_OneStrayRow_ShortensNoOtherBar()
    {
        string[] days = ["2022-01-03", "2022-01-10", "2022-01-17", "2022-01-18", "2022-01-24"];
        FileContent content = Text("Date,Open,High,Low,Close,Volume\n" + string.Concat(days.Select(day => day + ",1,2,1,2,10\n")));

        content.Bars[0].End.Should().Be(Utc("2022-01-09T21:00"), "weeks are over on Sunday");
    }

    [Theory]
    [InlineData("timestamp", "2020-01-15 09:30:00", "2020-01-15T14:30")]
    [InlineData("timestamp", "2020-07-15T09:30:00", "2020-07-15T13:30")]
    [InlineData("timestamp", "2020-07-15T09:30:00Z", "2020-07-15T09:30")]
    [InlineData("timestamp", "2020-07-15T09:30:00+02:00", "2020-07-15T07:30")]
    [InlineData("timestamp", "01/15/2020 09:30", "2020-01-15T14:30")]
    [InlineData("timestamp", "1594805400.0", "2020-07-15T09:30")]
    [InlineData("timestamp", "1594805400.5", "2020-07-15T09:30:00.5")]
    [InlineData("Date,Time", "2020-07-15,09:30", "2020-07-15T13:30")]
    [InlineData("Date,Time", "07/15/2020,09:30", "2020-07-15T13:30")]
    [InlineData("Date,Time", "15/07/2020,0930", "2020-07-15T13:30")]
    public void Read_ClockTimes_AreThoseOfTheZoneGivenUnlessTheyTellTheirs(string header, string time, string end) =>
        Text($"{header},open,high,low,close,volume\n{time},1,2,1,2,10\n", settings: ReadSettings.Default with { Zone = "America/New_York" })
            .Bars.Single().End.Should().Be(Utc(end), "a single bar does not tell its length");

    [Theory]
    [InlineData("01/15/2020", "2020-01-15T21:00", false)]
    [InlineData("15/01/2020", "2020-01-15T21:00", false)]
    [InlineData("1/2/2020", "2020-01-02T21:00", true)]
    [InlineData("2020/01/15", "2020-01-15T21:00", false)]
    public void Read_DatesWithSlashes_AreReadInTheOrderTheFileTells(string date, string end, bool isGuess)
    {
        FileContent content = Text($"Date,Open,High,Low,Close,Volume\n{date},1,2,1,2,10\n");

        content.Bars.Single().End.Should().Be(Utc(end));
        content.Warnings.Any(warning => warning.Contains("month, day, year", StringComparison.Ordinal)).Should().Be(isGuess);
    }

    [Theory]
    [InlineData("09:30:00", "15:59:00", true)]
    [InlineData("09:30:00Z", "15:59:00Z", false)]
    [InlineData("09:30:00", "20:59:00", false)]
    [InlineData("04:00:00", "15:59:00", false)]
    public void Read_TimesOfANewYorkSession_AreAWarning(string first, string last, bool warns) =>
        Text($"timestamp,open,high,low,close,volume\n2020-01-15 {first},1,2,1,2,10\n2020-01-15 {last},1,2,1,2,10\n")
            .Warnings.Any(warning => warning.Contains("--zone America/New_York", StringComparison.Ordinal)).Should().Be(warns);

    [Theory]
    [InlineData("BTCUSDT-1d-2025-01.csv", "open_time,open,high,low,close,volume,close_time\n1502942400000,1,2,1,2,10,1502942459999\n", "BTCUSDT")]
    [InlineData("BTC-USD-15m.csv", "date,open,high,low,close,volume\n2020-01-15,1,2,1,2,10\n", "BTC-USD")]
    [InlineData("^spx_d.csv", "Date,Open,High,Low,Close,Volume\n2020-01-15,1,2,1,2,10\n", "^SPX")]
    [InlineData("eurusd_d.csv", "Date,Open,High,Low,Close,Volume\n2020-01-15,1,2,1,2,10\n", "EURUSD")]
    [InlineData("TSLA (1).csv", "Date,Open,High,Low,Close,Volume\n2020-01-15,1,2,1,2,10\n", "TSLA")]
    [InlineData("20131007_brk.b_minute_trade.csv", "34200000,800000,800100,799900,800000,100", "BRK.B")]
    [InlineData("brk.b-20131007_trade.csv", "34200000,800000,800100,799900,800000,100", "BRK.B")]
    [InlineData("brk.b.csv", "20131007 00:00,1680000,1681000,1679000,1680000,100", "BRK.B")]
    public void Read_FileName_TellsTheSymbol(string name, string text, string symbol) => Text(text, name).Bars.Single().Symbol.Should().Be(symbol);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("Exceeded the daily hits limit", "Exceeded the daily hits limit")]
    [InlineData("date,open,high,close,volume\n", "low")]
    [InlineData("timestamp,size\n", "open")]
    [InlineData("date,open,high,low,close,volume\nx,1,1,1,1,1\n", "No row*line 2*no time")]
    public void Read_NoMarketData_SaysWhatIsMissing(string text, string message) =>
        FluentActions.Invoking(() => Text(text)).Should().Throw<DatasetFormatException>().WithMessage($"*{message}*");

    [Fact]
    public void Read_Yahoo_KeepsTheCloseThatFitsTheOtherPrices()
    {
        FileContent content = Recorded("yahoo-INFY.csv");

        content.Formats.Should().Equal(Formats.Yahoo);
        content.Bars.Should().HaveCount(251);
        content.BadRowCount.Should().Be(0);
        content.Bars[0].Should().Be(new FileBar("YAHOO-INFY", Utc("2018-07-13T20:00"), 9.56, 9.815, 9.55, 9.71, 27_224_000, 1));
    }

    [Fact]
    public void Read_KaggleWithEmptyCells_SaysWhichRowsAreNone()
    {
        FileContent content = Recorded("kaggle-sp500-5yr-DHR.csv");

        content.Bars.Should().HaveCount(1240).And.OnlyContain(bar => bar.Symbol == "DHR");
        content.BadRows.Select(row => row.Line).Should().HaveCount(3).And.Contain([600, 723]);
        content.BadRows.Should().Contain(row => row.Line == 600 && row.Reason == "open is ''");
        content.BadRows.Should().Contain(row => row.Reason.StartsWith("open 78.47", StringComparison.Ordinal), "it lies below the low in the source");
    }

    [Fact]
    public void Read_StooqDownload_HasItsSymbolInItsName()
    {
        FileContent content = Text("Date,Open,High,Low,Close,Volume\n2020-01-15,1,2,1,2,10\n", "aapl_us_d.csv");

        content.Bars[0].Symbol.Should().Be("AAPL.US");
    }

    [Fact]
    public void Read_StooqBulk_TellsDaysFromWarsawMinutes()
    {
        const string Header = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n";

        FileContent daily = Text(Header + "AAPL.US,D,20200115,000000,1,2,1,2,10,0\n", "aapl.us.txt");
        FileContent minutes = Text(Header + "AAPL.US,5,20200115,153000,1,2,1,2,10,0\n", "aapl.us.txt");

        daily.Formats.Should().Equal(Formats.StooqBulk);
        daily.Bars[0].Should().Be(new FileBar("AAPL.US", Utc("2020-01-15T21:00"), 1, 2, 1, 2, 10, 1));
        minutes.Bars[0].End.Should().Be(Utc("2020-01-15T14:35"), "15:30 in Warsaw is 14:30 UTC, and five minutes later the bar is over");
    }

    [Fact]
    public void Read_BinanceWithHeaderAndDates_EndsWithTheCloseTime()
    {
        FileContent content = Recorded("binance-klines-BTCUSDT-1d.csv");

        content.Formats.Should().Equal(Formats.Binance);
        content.Bars.Should().HaveCount(2956);
        content.BadRowCount.Should().Be(0);
        content.Bars[0].Should().BeEquivalentTo(new { End = Utc("2017-08-18"), Open = 4261.48, High = 4485.39, Low = 4200.74, Close = 4285.08, Volume = 795.150377 });
    }

    [Theory]
    [InlineData("1502942400000", "1502942459999")]
    [InlineData("1502942400000000", "1502942459999999")]
    public void Read_BinanceWithoutHeader_TellsMillisecondsFromMicroseconds(string open, string close)
    {
        FileContent content = Text($"{open},1,2,1,2,10,{close},1,3,1,1,0\r\n", "BTCUSDT-1m-2025-01.csv");

        content.Bars.Should().Equal(new FileBar("BTCUSDT", 1_502_942_460_000, 1, 2, 1, 2, 10, 1));
    }

    [Fact]
    public void Read_SemicolonsQuotesAndByteOrderMark_DoNotMatter() =>
        Text("\uFEFF\"Date\";\"Open\";\"High\";\"Low\";\"Close\";\"Volume\"\n2020-01-15;1.5;2;1;\"2\";10\n").Bars[0].Open.Should().Be(1.5);

    [Fact]
    public void Read_FormatGiven_IsNotGuessed()
    {
        FluentActions.Invoking(() => Text("date,open,high,low,close,volume\n2020-01-15,1,2,1,2,10\n", format: Formats.Polygon)).Should().Throw<DatasetFormatException>().WithMessage("*no JSON*");
        Text("20200115 00:00,10000,20000,10000,20000,10\n", "abc.csv", Formats.LeanHour).Bars[0].End.Should().Be(Utc("2020-01-15T06:00"));
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
}
