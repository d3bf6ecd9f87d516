namespace DaprTrading.Generator.Simulation;

/// <summary>One symbol of one source: its prices and its own numbering.</summary>
internal sealed class SimulatedSymbol(string name, string source, PriceProcess prices, Random random)
{
    private long _sequence;

    public string Name => name;

    public string Source => source;

    public Random Random => random;

    public double LastClose { get; private set; } = 100;

    public (SimulatedBar Bar, long Sequence) Next()
    {
        SimulatedBar bar = prices.Next();
        LastClose = bar.Close;
        return (bar, ++_sequence);
    }
}
