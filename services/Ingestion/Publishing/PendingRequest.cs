using DaprTrading.Ingestion.Parsing;

namespace DaprTrading.Ingestion.Publishing;

/// <summary>The valid records of one request, waiting for the broker.</summary>
internal sealed class PendingRequest(ParsedRequest request)
{
    private readonly TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ParsedRequest Request { get; } = request;

    public int Records => Request.Accepted;

    /// <summary>Ends when the broker has every record; fails when it may not.</summary>
    public Task Published => _published.Task;

    public void Complete() => _published.TrySetResult();

    public void Fail(Exception reason) => _published.TrySetException(reason);
}
