namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The few apps the runtime treats by name; all others are equal.</summary>
internal static class WellKnownApps
{
    /// <summary>The public edge.</summary>
    public const string Gateway = "gateway";

    /// <summary>The dashboard's backend.</summary>
    public const string Visualization = "visualization";

    /// <summary>The order of a stop: the edge first, so that what was accepted flows on; apps not named here come before them.</summary>
    private static readonly string[] Downstream =
        [Gateway, "dataset", "ingestion", "processing", "signals", "aggregator", "notification", Visualization];

    /// <summary>Place of an app in the order of a stop.</summary>
    public static int StopOrder(string appId) => Array.IndexOf(Downstream, appId);

    /// <summary>The option of <c>up</c> that moves an app's port.</summary>
    public static string PortOption(string appId) => appId switch
    {
        Gateway => "--gateway-port",
        Visualization => "--dashboard-port",
        _ => "--free-ports",
    };
}
