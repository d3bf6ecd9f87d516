namespace DaprTrading.Contracts;

/// <summary>Names of the sources of bars.</summary>
public static class Sources
{
    /// <summary>What the name of every source that is a replay begins with.</summary>
    public const string ReplayPrefix = "replay-";

    /// <summary>Whether bars of a source are a replay of recorded ones.</summary>
    public static bool IsReplay(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StartsWith(ReplayPrefix, StringComparison.Ordinal);
    }
}
