namespace DaprTrading.Tests.Chaos;

/// <summary>One system at a time: what they measure is how long things take.</summary>
[CollectionDefinition(nameof(Chaos), DisableParallelization = true)]
public sealed class Chaos;
