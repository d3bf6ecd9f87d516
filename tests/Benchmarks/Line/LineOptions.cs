namespace DaprTrading.Tests.Benchmarks.Line;

/// <summary>How long and how hard.</summary>
internal sealed record LineOptions(int Rate, int Seconds, int Symbols, int Watch, int SingleRate, int SingleSeconds, int IdleSeconds,
    IReadOnlySet<string> Scenarios);
