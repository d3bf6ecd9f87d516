namespace DaprTrading.Generator.Simulation;

/// <summary>The price of one symbol: the same seed gives the same bars.</summary>
internal abstract class PriceProcess
{
    public abstract SimulatedBar Next();
}

/// <summary>Geometric Brownian motion with memory: a bar opens where the last one closed, and regimes change drift and volatility.</summary>
internal sealed class RegimeProcess(Random random) : PriceProcess
{
    private const int StepsPerBar = 4;
    private const double Floor = 1, Ceiling = 100_000;
    private double _price = 50 + (450 * random.NextDouble());
    private Regime _regime = Regime.All[0];
    private int _barsLeft = 20;

    public override SimulatedBar Next()
    {
        if (_barsLeft-- == 0) ChangeRegime();

        double open = _price, high = open, low = open;
        double drift = _regime.Drift / StepsPerBar, volatility = _regime.Volatility / Math.Sqrt(StepsPerBar);
        for (int step = 0; step < StepsPerBar; step++)
        {
            _price = Math.Clamp(_price * Math.Exp(drift + (volatility * Gaussian.Next(random))), Floor, Ceiling);
            high = Math.Max(high, _price);
            low = Math.Min(low, _price);
        }

        double liveliness = 1 + (Math.Abs(_price - open) / open * 200);
        double volume = Math.Round(1_000 * liveliness * (0.5 + random.NextDouble()));
        return new SimulatedBar(open, high, low, _price, volume);
    }

    private void ChangeRegime()
    {
        _regime = Regime.After(_regime, random);
        _barsLeft = 1 + (int)(-Math.Log(1 - random.NextDouble()) * _regime.MeanBars);
    }
}

/// <summary>Independent draws around 1000, without memory: the plain behaviour, on which no strategy can have an edge.</summary>
internal sealed class PlainProcess(Random random) : PriceProcess
{
    public override SimulatedBar Next()
    {
        double open = 1000 + (10 * Gaussian.Next(random)), close = open + (10 * Gaussian.Next(random));
        double high = Math.Max(open, close) + (5 * random.NextDouble()), low = Math.Min(open, close) - (5 * random.NextDouble());
        return new SimulatedBar(open, high, low, close, random.Next(1_000, 10_000));
    }
}
