using DaprTrading.Visualization.Live;

namespace DaprTrading.Tests.Unit.Visualization;

public sealed class LatencyWindowTests
{
    private const long Now = 1_700_000_000_000;
    private readonly LatencyWindow _window = new();

    [Fact]
    public void Read_Nothing_HasNoPercentiles() => _window.Read(Now).Should().Be(new Latency(null, null, null, 0));

    [Theory, InlineData(1), InlineData(2)]
    public void Read_RandomLatencies_AgreesWithSorting(int seed)
    {
        var random = new Random(seed);
        long[] values = [.. Enumerable.Range(0, 5_000).Select(_ => (long)Math.Exp(random.NextDouble() * 9))];
        for (int i = 0; i < values.Length; i++)
        {
            _window.Add(Now - (i % 50 * 1000), values[i]);
        }

        Latency latency = _window.Read(Now);

        Array.Sort(values);
        latency.Count.Should().Be(5_000);
        latency.P50.Should().BeApproximately(values[2_499], (values[2_499] * 0.04) + 0.5);
        latency.P95.Should().BeApproximately(values[4_749], (values[4_749] * 0.04) + 0.5);
        latency.P99.Should().BeApproximately(values[4_949], (values[4_949] * 0.04) + 0.5);
    }

    [Fact]
    public void Read_OlderThanAMinute_IsForgotten()
    {
        _window.Add(Now, 5);
        _window.Add(Now + 60_000, 900);

        _window.Read(Now + 60_000).Count.Should().Be(1);
        _window.Read(Now + 200_000).Count.Should().Be(0);
    }

    [Theory, InlineData(-50, 0), InlineData(long.MaxValue, 16_500_000)]
    public void Add_BeyondTheScale_CountsAtItsEnd(long value, double atLeast)
    {
        _window.Add(Now, value);

        _window.Read(Now).P50.Should().BeGreaterThanOrEqualTo(atLeast).And.BeLessThan(17_000_000);
    }
}
