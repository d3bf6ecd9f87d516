namespace Dapr;

/// <summary>A subscription, for endpoints that are mapped in code.</summary>
public class TopicOptions
{
    /// <summary>Pairs handed to the pub/sub component.</summary>
    public IDictionary<string, string> Metadata = null!;

    public string Name { get; set; } = null!;

    public string PubsubName { get; set; } = null!;

    public bool EnableRawPayload { get; set; }

    /// <summary>CEL rule that selects messages; null takes all.</summary>
    public string Match { get; set; } = null!;

    public int Priority { get; set; }

    public string[] OwnedMetadatas { get; set; } = null!;

    /// <summary>Not carried over by <c>WithTopic</c>, as in the official package.</summary>
    public string MetadataSeparator { get; set; } = null!;

    public string DeadLetterTopic { get; set; } = null!;
}
