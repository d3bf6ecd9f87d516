namespace DaprTrading.Generator.Simulation;

/// <summary>Prices and volume of one bar, before it has a time.</summary>
internal readonly record struct SimulatedBar(double Open, double High, double Low, double Close, double Volume);
