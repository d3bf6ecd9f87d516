using System.Text.Json.Serialization;

namespace DaprTrading.Contracts;

/// <summary>Direction of a signal or an order. On the wire <c>buy</c> or <c>sell</c>.</summary>
[JsonConverter(typeof(SideConverter))]
public enum Side
{
    /// <summary>Buy.</summary>
    Buy,

    /// <summary>Sell.</summary>
    Sell,
}

/// <summary>Writes <see cref="Side"/> in lower case.</summary>
public sealed class SideConverter() : JsonStringEnumConverter<Side>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>A strategy's advice on one closed, warmed-up bar. Topic <c>signals</c>.</summary>
/// <param name="Id"><c>{symbol}:{n}:{strategy}</c>: the same point gives the same id, however often it is computed.</param>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="Strategy">Name of the strategy, e.g. <c>rsi-recross</c>.</param>
/// <param name="Confidence">0 to 1; what it means is the strategy's documentation.</param>
/// <param name="Price">Close of the bar.</param>
/// <param name="N">Index of the point within the symbol.</param>
/// <param name="BarTime">Time of the bar, Unix milliseconds, UTC.</param>
/// <param name="Reasons">Why, in words with the numbers.</param>
/// <param name="Source">Source of the bar.</param>
/// <param name="IngestedAt">When the edge accepted the bar, Unix milliseconds, UTC.</param>
/// <param name="SettingsVersion">Version of the strategies' settings that decided it; null outside of a running system, as in a backtest.</param>
public sealed record TradingSignal(
    string Id, string Symbol, Side Side, string Strategy, double Confidence, double Price, long N, long BarTime,
    IReadOnlyList<string> Reasons, string Source, long IngestedAt, int? SettingsVersion = null);
