namespace Dapr.AspNetCore;

/// <summary>A topic of an endpoint comes in batches.</summary>
public interface IBulkSubscribeMetadata
{
    int MaxMessagesCount { get; }

    int MaxAwaitDurationMs { get; }

    string TopicName { get; }
}

/// <summary>Lets a topic of an endpoint come in batches.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class BulkSubscribeAttribute : Attribute, IBulkSubscribeMetadata
{
    public BulkSubscribeAttribute(string topicName, int maxMessagesCount, int maxAwaitDurationMs)
    {
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        TopicName = topicName;
        MaxMessagesCount = maxMessagesCount;
        MaxAwaitDurationMs = maxAwaitDurationMs;
    }

    public BulkSubscribeAttribute(string topicName, int maxMessagesCount)
        : this(topicName, maxMessagesCount, BulkSubscribeTopicOptions.DefaultMaxAwaitDurationMs)
    {
    }

    public BulkSubscribeAttribute(string topicName)
        : this(topicName, BulkSubscribeTopicOptions.DefaultMaxMessagesCount)
    {
    }

    /// <summary>Most messages of a batch. Default 100.</summary>
    public int MaxMessagesCount { get; }

    /// <summary>Longest wait for a batch to fill, in milliseconds. Default 1000.</summary>
    public int MaxAwaitDurationMs { get; }

    /// <summary>Name of a topic the same endpoint subscribes to.</summary>
    public string TopicName { get; }
}

/// <summary>Batches of a topic, for endpoints that are mapped in code.</summary>
public class BulkSubscribeTopicOptions
{
    internal const int DefaultMaxMessagesCount = 100;
    internal const int DefaultMaxAwaitDurationMs = 1000;

    /// <summary>Most messages of a batch.</summary>
    public int MaxMessagesCount { get; set; } = DefaultMaxMessagesCount;

    /// <summary>Longest wait for a batch to fill, in milliseconds.</summary>
    public int MaxAwaitDurationMs { get; set; } = DefaultMaxAwaitDurationMs;

    /// <summary>Name of a topic the same endpoint subscribes to.</summary>
    public string TopicName { get; set; } = null!;
}
