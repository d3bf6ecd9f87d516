namespace Dapr.Client;

/// <summary>What one operation of a state transaction does.</summary>
public enum StateOperationType
{
    /// <summary>Adds or replaces the value.</summary>
    Upsert,

    /// <summary>Removes the key.</summary>
    Delete,
}
