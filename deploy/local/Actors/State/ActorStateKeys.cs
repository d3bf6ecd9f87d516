namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Where an actor's state lies: <c>{appId}||{type}||{id}||{key}</c>, whatever the store's <c>keyPrefix</c>.</summary>
internal sealed class ActorStateKeys(string appId, string type, string id)
{
    /// <summary>Name of the metadata item that keeps an actor's state together.</summary>
    public const string PartitionKey = "partitionKey";

    private readonly string _prefix = $"{appId}||{type}||{id}||";

    public string AppId { get; } = appId;

    /// <summary>Metadata of every operation without metadata of its own.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } =
        new Dictionary<string, string>(1, StringComparer.OrdinalIgnoreCase) { [PartitionKey] = $"{appId}||{type}||{id}" };

    public string Key(string key) => _prefix + key;

    /// <summary>Metadata of a request with the partition key added.</summary>
    public IReadOnlyDictionary<string, string> With(Dictionary<string, string>? metadata)
    {
        if (metadata is null) return Metadata;
        metadata[PartitionKey] = Metadata[PartitionKey];
        return metadata;
    }
}
