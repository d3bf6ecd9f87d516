using DaprTrading.Contracts;
using DaprTrading.Ingestion.Parsing;
using DaprTrading.Ingestion.Publishing;

namespace DaprTrading.Tests.Unit.Ingestion;

public sealed class FlushBatchTests
{
    [Fact]
    public void BarPublishes_KeepEveryBarOnceInOrderWithinTheBounds()
    {
        var batch = new FlushBatch(new SequenceStamper("i"));
        var random = new Random(7);
        var sent = new List<(string Symbol, double Close)>();
        for (int request = 0; request < 40; request++)
        {
            var parsed = new ParsedRequest();
            for (int i = 0; i < 300; i++)
            {
                string symbol = "S" + random.Next(4);
                sent.Add((symbol, sent.Count + 1));
                parsed.Bars.Add(new ParsedBar(symbol, new Bar(0, 1, 1, 1, sent.Count, 1, "", 0, 0)));
            }

            batch.Add(new PendingRequest(parsed));
        }

        List<List<BarBatch>> publishes = [.. batch.BarPublishes()];

        publishes.Should().OnlyContain(publish => publish.Sum(b => b.Bars.Count) <= 5_000);
        publishes.SelectMany(publish => publish).Should().OnlyContain(b => b.Bars.Count > 0 && b.Bars.Count <= 500);
        foreach (IGrouping<string, BarBatch> symbol in publishes.SelectMany(publish => publish).GroupBy(b => b.Symbol, StringComparer.Ordinal))
        {
            Bar[] bars = [.. symbol.SelectMany(b => b.Bars)];
            bars.Select(bar => bar.Close).Should().Equal(sent.Where(s => s.Symbol == symbol.Key).Select(s => s.Close));
            bars.Select(bar => bar.Sequence).Should().Equal(Enumerable.Range(1, bars.Length).Select(n => (long)n));
        }
    }
}
