namespace DaprTrading.Notification.Alerts;

/// <summary>What an <see cref="AlertRule"/> watches.</summary>
internal static class AlertKinds
{
    public const string PriceAbove = "price-above";
    public const string PriceBelow = "price-below";
    public const string PriceCrosses = "price-crosses";
    public const string RsiAbove = "rsi-above";
    public const string RsiBelow = "rsi-below";
    public const string RsiCrosses = "rsi-crosses";
    public const string EmaCross = "ema-cross";

    public static readonly IReadOnlyList<string> All =
        [PriceAbove, PriceBelow, PriceCrosses, RsiAbove, RsiBelow, RsiCrosses, EmaCross];
}

/// <summary>A user's wish to be told when something crosses a line. Immutable.</summary>
/// <param name="Id">Made by the server.</param>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Symbol">Canonical symbol; null means every symbol.</param>
/// <param name="Threshold">Price or RSI (0 to 100); null for <c>ema-cross</c>.</param>
/// <param name="CooldownBars">Bars after an alert in which the same rule stays silent for that symbol.</param>
/// <param name="Enabled">Whether it is evaluated.</param>
/// <param name="CreatedAt">Unix milliseconds, UTC.</param>
internal sealed record AlertRule(
    string Id, string Kind, string? Symbol, double? Threshold, int CooldownBars, bool Enabled, long CreatedAt);

/// <summary>The body of <c>POST /alerts</c>.</summary>
internal sealed record AlertRuleRequest(string? Kind, string? Symbol, double? Threshold, int? CooldownBars, bool? Enabled)
{
    private const int MaxCooldown = 100_000;
    private const int DefaultCooldown = 5;

    /// <summary>Messages by field; empty when the wish can be granted.</summary>
    public Dictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>();
        if (Kind is null || !AlertKinds.All.Contains(Kind))
        {
            errors["kind"] = [$"kind must be one of {string.Join(", ", AlertKinds.All)}."];
        }
        else if (Kind != AlertKinds.EmaCross && ThresholdProblem(Kind) is { } problem)
        {
            errors["threshold"] = [problem];
        }

        if (Symbol is { } symbol && (symbol.Length is 0 or > 32 || symbol.AsSpan().ContainsAny(" \t\r\n/\\#?")))
        {
            errors["symbol"] = ["symbol must be 1 to 32 characters without spaces, or absent for every symbol."];
        }

        if (CooldownBars is < 0 or > MaxCooldown)
        {
            errors["cooldownBars"] = [$"cooldownBars must be a whole number from 0 to {MaxCooldown}."];
        }

        return errors;
    }

    /// <summary>The rule, once <see cref="Validate"/> found nothing.</summary>
    public AlertRule ToRule(string id, long now) => new(
        id, Kind!, Symbol?.ToUpperInvariant(), Kind == AlertKinds.EmaCross ? null : Threshold, CooldownBars ?? DefaultCooldown, Enabled ?? true, now);

    private string? ThresholdProblem(string kind) => kind.StartsWith("rsi", StringComparison.Ordinal)
        ? Threshold is >= 0 and <= 100 ? null : "threshold must be a number from 0 to 100."
        : Threshold is > 0 && double.IsFinite(Threshold.Value) ? null : "threshold must be a price above 0.";
}
