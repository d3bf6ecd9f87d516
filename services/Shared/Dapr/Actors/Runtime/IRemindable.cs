namespace Dapr.Actors.Runtime;

/// <summary>An actor that takes reminders.</summary>
public interface IRemindable
{
    /// <summary>Called when a reminder is due; one turn of the actor.</summary>
    Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period);
}

/// <summary>A reminder: it outlives the activation and the process.</summary>
public interface IActorReminder
{
    string Name { get; }

    TimeSpan DueTime { get; }

    /// <summary>Time between firings; -1 ms fires once.</summary>
    TimeSpan Period { get; }

    byte[] State { get; }
}
