namespace DaprTrading.LocalRuntime.Host.Control;

/// <summary>What the control API can do with the running system.</summary>
internal interface IControllable
{
    /// <summary>The state of everything.</summary>
    StatusDocument Status();

    /// <summary>Sets the number of instances of an app. Throws <see cref="UserException"/> when it cannot.</summary>
    Task<string> ScaleAsync(string app, int instances, CancellationToken cancellationToken);

    /// <summary>Kills a process on purpose. Throws <see cref="UserException"/> when there is none.</summary>
    string Kill(string app, int instance);

    /// <summary>Sends dead letters to the topics they came from. Throws <see cref="UserException"/> when it cannot.</summary>
    Task<string> RepublishAsync(string? topic, int? limit, CancellationToken cancellationToken);

    /// <summary>Asks for the end; returns at once.</summary>
    void RequestStop();
}
