namespace DaprTrading.LocalRuntime.Actors;

/// <summary>One turn of an actor on a host; dispose it when the app has answered completely, or will not.</summary>
internal sealed class Turn : IDisposable
{
    /// <summary>How long a turn may go on when nobody waits for its answer any more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ActorType _owner;
    private readonly CancellationToken _epoch;
    private readonly CancellationTokenSource _end;
    private CancellationTokenRegistration _caller;
    private CancellationToken _client;
    private ActorContext? _context;
    private ITimer? _abandoned;

    public Turn(ActorType owner, Actor actor, HostedType host, string? reentrancyId)
    {
        _owner = owner;
        Actor = actor;
        Host = host;
        ReentrancyId = reentrancyId;
        _epoch = host.Epoch.Token;
        _end = CancellationTokenSource.CreateLinkedTokenSource(_epoch);
    }

    public Actor Actor { get; }

    public HostedType Host { get; }

    /// <summary>The id to send along; null when the type is not reentrant.</summary>
    public string? ReentrancyId { get; }

    /// <summary>Ends the call into the app.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>True when the turn was ended because its host died or the drain time of a rebalance was over.</summary>
    public bool Revoked => _epoch.IsCancellationRequested;

    /// <summary>Ties the turn to its call.</summary>
    /// <remarks>
    /// A timeout of the call ends the turn. A client that went away does not, for a while: the app would go on with the method unnoticed, and the
    /// next turn would overlap it.
    /// </remarks>
    public void Follow(CancellationToken call, CancellationToken client, ActorContext context)
    {
        if (!call.CanBeCanceled) return;

        _client = client;
        _context = context;
        _caller = call.UnsafeRegister(static turn => ((Turn)turn!).CallEnded(), this);
    }

    public void Dispose()
    {
        _caller.Dispose();
        _abandoned?.Dispose();
        _owner.End(this);
        _end.Dispose();
    }

    private void CallEnded()
    {
        if (!_client.IsCancellationRequested) Cancel();
        else _abandoned = _context!.Time.CreateTimer(static turn => ((Turn)turn!).Cancel(), this, Patience, Timeout.InfiniteTimeSpan);
    }

    private void Cancel()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The turn ended by itself while its timer was firing: there is nothing left to cancel.
            return;
        }
    }
}
