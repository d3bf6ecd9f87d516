using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>The settings with what is to be known about them. Sent back, the settings may be changed; what is said about them is not read.</summary>
public sealed record StrategyDocument(
    RsiRecrossSettings RsiRecross, CrossSettings EmaCross, EmaCrossFastSettings EmaCrossFast, MacdCrossSettings MacdCross,
    SmaRegimeSettings SmaRegime, BollingerReentrySettings BollingerReentry, CompositeVoteSettings CompositeVote,
    ContextSettings Context)
{
    /// <summary>Version of these settings; also the ETag. Send it as <c>If-Match</c> to change nothing but this version.</summary>
    public required int Version { get; init; }

    /// <summary>They decide the bars accepted from this moment on, Unix milliseconds, UTC.</summary>
    public required long EffectiveFrom { get; init; }

    /// <summary>When they were asked for, Unix milliseconds, UTC; null for settings nobody changed.</summary>
    public long? ChangedAt { get; init; }

    /// <summary>Name of the operator's key; null when keys are not used.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>Bounds of the weight of market events.</summary>
    public required ParameterDescription ContextWeight { get; init; }

    /// <summary>Every strategy: its warm-up and its parameters with defaults and bounds.</summary>
    public required IReadOnlyList<StrategyDescription> Strategies { get; init; }

    internal static StrategyDocument Of(SettingsVersion version)
    {
        StrategySettings settings = version.Settings;
        return new StrategyDocument(
            settings.RsiRecross, settings.EmaCross, settings.EmaCrossFast, settings.MacdCross, settings.SmaRegime, settings.BollingerReentry,
            settings.CompositeVote, settings.Context)
        {
            Version = version.Version, EffectiveFrom = version.EffectiveFrom, ChangedAt = version.ChangedAt, ChangedBy = version.ChangedBy,
            Strategies = StrategyDescriptions.Of(settings), ContextWeight = StrategyDescriptions.ContextWeight,
        };
    }
}
