namespace Dapr;

/// <summary>Adds a pair to the subscription of an endpoint's topics.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class TopicMetadataAttribute : Attribute, IOriginalTopicMetadata
{
    public TopicMetadataAttribute(string name, string value)
        : this(id: null!, name, value)
    {
    }

    public TopicMetadataAttribute(string id, string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Id = id;
        Name = name;
        Value = value;
    }

    public string Id { get; }

    public string Name { get; }

    public string Value { get; }
}
