using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Visualization;

/// <summary>How much the dashboard's backend keeps and how much it lets a browser lag behind.</summary>
internal sealed class VisualizationOptions
{
    public const string Section = "Visualization";

    /// <summary>Newest points kept in memory per symbol. Default 1 000.</summary>
    [Range(10, 10_000)]
    public int PointsPerSymbol { get; init; } = 1_000;

    /// <summary>Symbols kept in memory. Default 1 000.</summary>
    [Range(1, 100_000)]
    public int MaxSymbols { get; init; } = 1_000;

    /// <summary>Browsers connected at once. Default 500.</summary>
    [Range(1, 100_000)]
    public int MaxClients { get; init; } = 500;

    /// <summary>Messages that wait for a slow browser before it is disconnected; it fetches what it missed when it returns. Default 1 000.</summary>
    [Range(10, 100_000)]
    public int ClientQueue { get; init; } = 1_000;

    /// <summary>Symbols one browser may watch at once. Default 64.</summary>
    [Range(1, 1_000)]
    public int MaxWatched { get; init; } = 64;

    /// <summary>How long points behind a missing one are held back. Default 0.3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan HoleWait { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Longest time of one attempt to ask another service. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan InvokeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Origins besides the page's own that may open the hub and change state, e.g. <c>https://desk.example</c>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];
}

/// <summary>Who may change state.</summary>
internal sealed class OperatorOptions
{
    public const string Section = "Operator";

    /// <summary>What state-changing calls must send in <c>X-Operator-Key</c>. Empty: everybody may.</summary>
    public string Key { get; init; } = "";

    /// <summary>Further keys by the name of who has them, e.g. <c>Operator__Keys__alice</c>; the name is written to the history of settings.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();
}
