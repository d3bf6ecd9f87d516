using System.Globalization;
using DaprTrading.MarketData;
using static DaprTrading.Tests.Unit.Dataset.Samples;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class LeanTests
{
    [Fact]
    public void Read_DailyZip_IsInDollarsAndWarnsOfEverySplit()
    {
        FileContent content = Recorded("lean-daily-aapl.zip");

        content.Formats.Should().Equal(Formats.LeanDaily);
        content.Bars.Should().HaveCount(5849);
        content.Bars[0].Should().Be(new FileBar("AAPL", Utc("1998-01-02T21:00"), 13.63, 16.25, 13.5, 16.25, 6_315_000, 1));
        foreach (string split in (string[])["2000-06-21, as in a 2 for 1", "2005-02-28, as in a 2 for 1", "2014-06-09, as in a 7 for 1", "2020-08-31, as in a 4 for 1"])
        {
            content.Warnings.Should().Contain(warning => warning.Contains(split, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Read_MinuteZip_IsTheSameAsTheConvertedFile()
    {
        FileContent zip = Recorded("lean-minute-spy-20131007_trade.zip");

        zip.Formats.Should().Equal(Formats.LeanMinute);
        zip.Bars.Should().HaveCount(828).And.Equal(Recorded("SPY-20131007.csv.gz").Bars);
        zip.Bars[0].End.Should().Be(Utc("2013-10-07T08:01"));
    }

    [Theory]
    [InlineData("20080307_shy_minute_trade.csv", "2008-03-07T14:31")]
    [InlineData("20080310_shy_minute_trade.csv", "2008-03-10T13:31")]
    public void Read_MillisecondsOfDay_FollowTheClocksOfNewYork(string name, string end)
    {
        FileBar bar = Text("34200000,800000,800100,799900,800000,100", name).Bars.Single();

        (bar.Symbol, bar.End, bar.High).Should().Be(("SHY", Utc(end), 80.01));
    }

    [Fact]
    public void Read_SecondBars_LastASecond() =>
        Text("34200000,800000,800100,799900,800000,100\n34201000,800000,800100,799900,800000,100", "20131007_spy_second_trade.csv")
            .Bars[0].End.Should().Be(Utc("2013-10-07T13:30:01"));

    [Fact]
    public void Read_HourZip_LastsAnHourOfNewYork()
    {
        FileContent content = Bytes(Zip("spy.csv", "20131007 09:00,1680000,1681000,1679000,1680000,100\n20131007 10:00,1680000,1681000,1679000,1680000,100"), "spy.zip");

        content.Formats.Should().Equal(Formats.LeanHour);
        content.Bars[0].End.Should().Be(Utc("2013-10-07T14:00"));
    }

    [Fact]
    public void Read_PlainDecimals_AreCryptoInUtcAndNotScaled()
    {
        FileBar bar = Text("0,6000.5,6001,6000,6000.75,1.5\n60000,6000.5,6001,6000,6000.75,1.5", "20180405_btcusd_minute_trade.csv").Bars[0];

        (bar.Open, bar.Volume, bar.End).Should().Be((6000.5, 1.5, Utc("2018-04-05T00:01")));
    }

    [Fact]
    public void Read_QuoteBars_AreRefusedInWords() =>
        FluentActions.Invoking(() => Bytes(Zip("20131007_spy_minute_quote.csv", "34200000,1,1,1,1,5,2,2,2,2,5"), "20131007_quote.zip"))
            .Should().Throw<DatasetFormatException>().WithMessage("*quotes (bid and ask, 11 columns), not trades*_trade.zip*");

    [Fact]
    public void Read_WithoutADateInItsName_SaysSo() =>
        FluentActions.Invoking(() => Text("34200000,800000,800100,799900,800000,100", "spy.csv", Formats.LeanMinute))
            .Should().Throw<DatasetFormatException>().WithMessage("*does not tell its day*");

    [Fact]
    public void Read_SuspiciousTrade_IsLeftOutAndCounted()
    {
        FileContent content = Text("34200000,491800,300,P,2000,0\n34200001,991800,300,P,2000,1", "20131007_aig_Trade_Tick.csv");

        content.Bars.Single().High.Should().Be(49.18);
        content.BadRows.Single().Should().Be(new BadRow(2, "the trade is marked as suspicious"));
    }

    [Theory]
    [InlineData("lean-tick-aig-20131007_trade.zip", "aig-20131007-ticks-1min.csv", "AIG")]
    [InlineData("IBM-20131007.csv.gz", "ibm-20131007-ticks-1min.csv", "IBM")]
    public void Read_Trades_MakeTheReferenceBarsExactly(string trades, string reference, string symbol)
    {
        FileBar[] expected =
        [
            .. File.ReadLines(Path.Combine(Folder, reference)).Skip(1).Select((line, i) =>
            {
                string[] cells = line.Split(',');
                double[] v = [.. cells[1..6].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
                return new FileBar(symbol, Utc(cells[0]) + 60_000, v[0], v[1], v[2], v[3], v[4], i + 1);
            }),
        ];

        FileContent content = Recorded(trades);

        content.Bars.Should().Equal(expected);
        content.BadRowCount.Should().Be(0);
    }

    [Fact]
    public void Read_TradesInLongerBars_KeepTheirVolume()
    {
        FileContent minutes = Recorded("IBM-20131007.csv.gz");

        FileContent hours = Recorded("IBM-20131007.csv.gz", new ReadSettings(null, 3_600_000));

        hours.Bars.Should().HaveCountLessThan(20);
        hours.Bars.Sum(bar => bar.Volume).Should().Be(minutes.Bars.Sum(bar => bar.Volume)).And.Be(3_960_352);
        hours.Bars.Max(bar => bar.High).Should().Be(minutes.Bars.Max(bar => bar.High));
    }

    [Fact]
    public void Read_TradeOfAnIntervalThatIsOver_IsCounted() =>
        Text("timestamp,price,size\n2020-01-15T10:01:00Z,5,1\n2020-01-15T10:00:00Z,6,1\n").BadRows.Single().Reason.Should().Contain("is over");
}
