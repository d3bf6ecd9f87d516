namespace DaprTrading.Tests.Benchmarks;

/// <summary>One measured figure and what it should be.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Target">The target, e.g. <c>≤ 500</c>; null when there is none.</param>
/// <param name="Met">Whether the target was met; null when there is none.</param>
public sealed record Measurement(string Scenario, string Name, double Value, string Unit, string? Target, bool? Met)
{
    /// <summary>A figure without a target.</summary>
    public static Measurement Of(string scenario, string name, double value, string unit) => new(scenario, name, value, unit, null, null);

    /// <summary>A figure that should not be above a bound.</summary>
    public static Measurement AtMost(string scenario, string name, double value, string unit, double bound) =>
        new(scenario, name, value, unit, $"≤ {bound:0.##}", value <= bound);

    /// <summary>A figure that should not be below a bound.</summary>
    public static Measurement AtLeast(string scenario, string name, double value, string unit, double bound) =>
        new(scenario, name, value, unit, $"≥ {bound:0.##}", value >= bound);
}
