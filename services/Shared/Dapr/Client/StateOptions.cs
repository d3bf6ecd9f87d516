namespace Dapr.Client;

/// <summary>Consistency and concurrency of one write; what is not set is the store's default.</summary>
public class StateOptions
{
    public ConsistencyMode? Consistency { get; set; }

    public ConcurrencyMode? Concurrency { get; set; }
}
