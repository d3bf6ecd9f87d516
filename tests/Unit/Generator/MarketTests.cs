using System.Text;
using System.Text.Json;
using DaprTrading.Generator;
using DaprTrading.Generator.Sending;
using DaprTrading.Generator.Simulation;

namespace DaprTrading.Tests.Unit.Generator;

public sealed class MarketTests
{
    [Fact]
    public void Next_SameSeed_GivesTheSameBars()
    {
        Bars(new GeneratorOptions { Seed = 5 }, 500).Should().Equal(Bars(new GeneratorOptions { Seed = 5 }, 500));
        Bars(new GeneratorOptions { Seed = 5 }, 500).Should().NotEqual(Bars(new GeneratorOptions { Seed = 6 }, 500));
    }

    [Fact]
    public void Next_WithMemory_OpensWhereTheLastBarClosed()
    {
        SimulatedBar[] bars = Bars(new GeneratorOptions { Symbols = "X" }, 1_000);

        bars.Skip(1).Select(bar => bar.Open).Should().Equal(bars.SkipLast(1).Select(bar => bar.Close));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Next_EveryBar_IsOneTheGatewayTakes(bool plain)
    {
        Bars(new GeneratorOptions { Plain = plain }, 5_000).Should().OnlyContain(bar =>
            bar.High >= bar.Open && bar.High >= bar.Close && bar.Low <= bar.Open && bar.Low <= bar.Close && bar.Low > 0 && bar.Volume >= 0);
    }

    [Fact]
    public void Next_Plain_HasTheMomentsOfTheIndependentDraws()
    {
        double[] closes = [.. Bars(new GeneratorOptions { Plain = true, Symbols = "X" }, 20_000).Select(bar => bar.Close)];
        double mean = closes.Average();

        mean.Should().BeApproximately(1000, 0.5);
        Math.Sqrt(closes.Average(close => (close - mean) * (close - mean))).Should().BeApproximately(14.14, 0.3);
    }

    [Fact]
    public void Write_NumbersEachSymbolFromOneWithoutHoles()
    {
        var options = new GeneratorOptions { Symbols = "3", Events = 0.5, Bad = 0.2 };
        using var writer = new RecordWriter(options, new Market(options, "r"));
        var sequences = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        int valid = 0, counted = 0;
        for (int request = 0; request < 20; request++)
        {
            RequestBody body = writer.Write(10, _ => 1_000);
            valid += body.Valid;
            foreach (JsonElement record in JsonDocument.Parse(Encoding.UTF8.GetString(body.Json)).RootElement.EnumerateArray())
            {
                bool bad = record.TryGetProperty("closing_price", out JsonElement close) && close.ValueKind == JsonValueKind.String;
                if (!bad) counted++;
                if (!record.TryGetProperty("sequence", out JsonElement sequence)) continue;
                string symbol = record.GetProperty("stock_symbol").GetString()!;
                if (!sequences.TryGetValue(symbol, out List<long>? seen)) sequences[symbol] = seen = [];
                seen.Add(sequence.GetInt64());
            }
        }

        valid.Should().Be(counted);
        sequences.Values.Should().HaveCount(3).And.OnlyContain(s => s.SequenceEqual(Enumerable.Range(1, s.Count).Select(n => (long)n)));
    }

    private static SimulatedBar[] Bars(GeneratorOptions options, int count)
    {
        var market = new Market(options, "run");
        return [.. Enumerable.Range(0, count).Select(_ => market.NextSymbol().Next().Bar)];
    }
}
