namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>One message of a bulk delivery and the handler call that waits for its outcome.</summary>
internal sealed class BulkEntry(PubSubMessage message, string path, TraceContext trace, CancellationToken cancellationToken)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public PubSubMessage Message { get; } = message;

    public string Path { get; } = path;

    public TraceContext Trace { get; } = trace;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The entry's id in requests and answers.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public void Done() => TrySetResult();

    public void Fail(Exception error) => TrySetException(error);
}
