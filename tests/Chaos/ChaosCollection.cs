namespace DaprTrading.Tests.Chaos;

/// <summary>The long run has the machine for itself; the tests that wait most of the time run side by side before it.</summary>
[CollectionDefinition(nameof(Chaos), DisableParallelization = true)]
public sealed class Chaos;
