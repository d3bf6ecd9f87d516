namespace Dapr;

/// <summary>An endpoint takes the messages of a topic.</summary>
public interface ITopicMetadata
{
    string Name { get; }

    string PubsubName { get; }

    /// <summary>CEL rule that selects messages; null takes all.</summary>
    string Match { get; }

    /// <summary>Rules of a topic are tried by rising priority.</summary>
    int Priority { get; }
}

/// <summary>Whether a topic's messages come without an envelope.</summary>
public interface IRawTopicMetadata
{
    bool? EnableRawPayload { get; }
}

/// <summary>Where messages go that could not be handled.</summary>
public interface IDeadLetterTopicMetadata
{
    string DeadLetterTopic { get; }
}

/// <summary>A pair handed to the pub/sub component with the subscription.</summary>
public interface IOriginalTopicMetadata
{
    /// <summary>Which topic of the endpoint it belongs to; null or empty means every one.</summary>
    string Id { get; }

    string Name { get; }

    string Value { get; }
}

/// <summary>Which pairs of the endpoint belong to this topic.</summary>
public interface IOwnedOriginalTopicMetadata
{
    string[] OwnedMetadatas { get; }

    /// <summary>Stands between values of the same name; a comma unless given.</summary>
    string MetadataSeparator { get; }
}
