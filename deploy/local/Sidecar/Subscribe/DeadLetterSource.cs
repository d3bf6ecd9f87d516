namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A dead-letter topic that a subscription of a running app names.</summary>
/// <param name="PubSub">Component.</param>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Origin">The topic whose messages come there.</param>
/// <param name="Prefix">What stands before a topic's name on the broker.</param>
public sealed record DeadLetterSource(IPubSub PubSub, string Topic, string Origin, string Prefix);
