namespace Dapr.Actors.Runtime;

/// <summary>What started a turn.</summary>
public enum ActorCallType
{
    /// <summary>A method call.</summary>
    ActorInterfaceMethod = 0,

    /// <summary>A timer.</summary>
    TimerMethod = 1,

    /// <summary>A reminder.</summary>
    ReminderMethod = 2,
}

/// <summary>The turn an actor is in.</summary>
public struct ActorMethodContext
{
    internal ActorMethodContext(string methodName, ActorCallType callType)
    {
        MethodName = methodName;
        CallType = callType;
    }

    public string MethodName { get; }

    public ActorCallType CallType { get; }
}
