using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Tests.Unit.Processing;

public sealed class IndicatorBatchesTests
{
    private static readonly IReadOnlyList<IndicatorPoint> Points =
        SymbolState.Empty.Apply(SampleBars.Of(5, 1_250), 0, new SymbolSettings(OrderingLimits.Default, [])).Points;

    [Fact]
    public void Of_ManyPoints_CutsThemAndChainsThePredecessors()
    {
        List<IndicatorBatch> batches = [.. IndicatorBatches.Of("ACME", null, Points)];

        batches.Select(b => b.Points.Count).Should().Equal(500, 500, 250);
        batches.Select(b => b.Previous?.N).Should().Equal(null, 500, 1_000);
        batches.SelectMany(b => b.Points).Should().Equal(Points);
    }

    [Fact]
    public void Of_FewPoints_AreOneEvent()
    {
        IndicatorBatch batch = IndicatorBatches.Of("ACME", Points[0], [Points[1]]).Should().ContainSingle().Subject;

        batch.Previous.Should().BeSameAs(Points[0]);
    }

    [Fact]
    public void Of_NoPoints_IsNothing() => IndicatorBatches.Of("ACME", null, []).Should().BeEmpty();

    [Fact]
    public void Of_FullEvent_StaysBelowHalfAMegabyte()
    {
        IndicatorBatch batch = IndicatorBatches.Of("ACME", null, [.. Points.Skip(600)]).First();

        JsonSerializer.SerializeToUtf8Bytes(batch, ContractsJson.Default.IndicatorBatch).Length.Should().BeLessThan(500_000);
    }
}
