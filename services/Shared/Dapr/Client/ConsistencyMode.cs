namespace Dapr.Client;

/// <summary>How soon a write has to be seen by every reader of a state store.</summary>
public enum ConsistencyMode
{
    /// <summary>At some time.</summary>
    Eventual,

    /// <summary>Before the write is answered.</summary>
    Strong,
}
