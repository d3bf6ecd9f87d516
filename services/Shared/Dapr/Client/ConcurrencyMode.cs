namespace Dapr.Client;

/// <summary>What a state store does with a write that is based on an older version.</summary>
public enum ConcurrencyMode
{
    /// <summary>The first write wins: a write with an old etag is refused.</summary>
    FirstWrite,

    /// <summary>The last write wins.</summary>
    LastWrite,
}
