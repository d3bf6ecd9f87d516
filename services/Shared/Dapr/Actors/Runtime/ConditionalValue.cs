namespace Dapr.Actors.Runtime;

/// <summary>A value that may be missing.</summary>
/// <typeparam name="TValue">Type of the value.</typeparam>
public struct ConditionalValue<TValue>
{
    public ConditionalValue(bool hasValue, TValue value)
    {
        HasValue = hasValue;
        Value = value;
    }

    public bool HasValue { get; }

    /// <summary>The value; the default when it is missing.</summary>
    public TValue Value { get; }
}
