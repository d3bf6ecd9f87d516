namespace DaprTrading.Generator.Simulation;

internal static class Gaussian
{
    /// <summary>A standard normal draw (Box and Muller, 1958).</summary>
    public static double Next(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
