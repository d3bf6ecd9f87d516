namespace DaprTrading.LocalRuntime.Components;

/// <summary>A component that needs a server: what a message about its absence has to name.</summary>
internal interface IServerComponent
{
    /// <summary>Kind and address of the server, without secrets.</summary>
    string Server { get; }

    /// <summary>Metadata field that leads to it.</summary>
    string AddressField { get; }
}
