namespace DaprTrading.LocalRuntime.Actors;

/// <summary>A call in an actor's queue. Completes when it is at the head.</summary>
internal sealed class TurnWaiter : TaskCompletionSource
{
    public TurnWaiter() : base(TaskCreationOptions.RunContinuationsAsynchronously) => Node = new LinkedListNode<TurnWaiter>(this);

    public LinkedListNode<TurnWaiter> Node { get; }
}
