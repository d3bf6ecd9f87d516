using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Signals.History;

/// <summary>How far back signals can be read.</summary>
internal sealed class SignalLogOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Signals:Log";

    /// <summary>Full pages of 100 signals that are kept beside the open one. Default 50: the newest 5,000 signals of all symbols together.</summary>
    [Range(1, 2_000)]
    public int MaxPages { get; init; } = 50;
}
