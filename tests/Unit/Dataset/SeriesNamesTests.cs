using DaprTrading.Contracts;
using DaprTrading.Dataset.Replays;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class SeriesNamesTests
{
    private static readonly HashSet<string> None = [];

    [Theory]
    [InlineData("SPY", 1, "SPY")]
    [InlineData("SPY", 2, "SPY.R2")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", 10, "ABCDEFGHIJKLMNOPQRSTUVWXYZ01.R10")]
    public void Of_AnyRun_IsAValidSymbol(string symbol, int n, string name)
    {
        SeriesNames.Of(symbol, n).Should().Be(name);
        CanonicalSymbol.IsValid(name).Should().BeTrue();
    }

    [Fact]
    public async Task Choose_NamesTakenHaveBarsOrAreInTheFile_AreNotGivenTwice()
    {
        IReadOnlyList<ReplaySeries> series = await SeriesNames.ChooseAsync(["SPY", "SPY.R2", "IBM"], None, new HashSet<string> { "IBM" }, With("SPY"));

        series.Should().Equal(new ReplaySeries("SPY", "SPY.R3"), new ReplaySeries("SPY.R2", "SPY.R2"), new ReplaySeries("IBM", "IBM.R2"));
    }

    [Fact]
    public async Task Choose_WhatWasChosenBefore_IsChosenAgainThoughItHasBars() =>
        (await SeriesNames.ChooseAsync(["SPY"], new HashSet<string> { "SPY.R2" }, None, With("SPY", "SPY.R2"))).Should().Equal(new ReplaySeries("SPY", "SPY.R2"));

    [Fact]
    public void Tell_ManyNames_TellsTheFirst()
    {
        ReplaySeries[] series = [.. Enumerable.Range(1, 7).Select(i => new ReplaySeries($"S{i}", $"S{i}.R2")), new ReplaySeries("T", "T")];

        SeriesNames.Tell(series, isSought: true).Should().Be(
            "After the seek the replay has series of its own: S1 is S1.R2, S2 is S2.R2, S3 is S3.R2, S4 is S4.R2, S5 is S5.R2 and 2 more.");
        SeriesNames.Tell(series[7..], isSought: false).Should().BeNull();
    }

    private static Func<IReadOnlyList<string>, Task<IReadOnlySet<string>>> With(params string[] known) =>
        names => Task.FromResult<IReadOnlySet<string>>(names.Intersect(known).ToHashSet());
}
