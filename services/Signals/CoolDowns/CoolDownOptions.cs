using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Signals.CoolDowns;

/// <summary>How cool-downs get at points of before a delivery.</summary>
internal sealed class CoolDownOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Signals:CoolDowns";

    /// <summary>
    /// How long a delivery waits for earlier points that are not to be had yet, before its events come again; below the 60 s after which Redis under
    /// <c>daprd</c> gives it to another consumer. A delivery comes again 60 times: with the default of 15 s, the aggregator may be away for a quarter of an hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:45")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);
}
