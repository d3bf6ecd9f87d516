namespace Dapr;

/// <summary>Settings for all subscriptions of the app.</summary>
public class SubscribeOptions
{
    /// <summary>Whether the messages of every topic come without an envelope.</summary>
    public bool EnableRawPayload { get; set; }
}
