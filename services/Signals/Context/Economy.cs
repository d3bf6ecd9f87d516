using DaprTrading.Contracts;

namespace DaprTrading.Signals.Context;

/// <summary>The indicators of the economy whose meaning for stocks is known, with their newest step. Bounded by their names, thread-safe.</summary>
internal sealed class Economy
{
    /// <summary>Whether a rise is good (1) or bad (−1) for stocks. Other names are ignored.</summary>
    private static readonly Dictionary<string, int> MeaningOfARise = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GDP Growth Rate"] = 1, ["Consumer Confidence"] = 1, ["Retail Sales"] = 1, ["Industrial Production"] = 1,
        ["Inflation Rate"] = -1, ["Unemployment Rate"] = -1, ["Interest Rate"] = -1,
    };

    private readonly Dictionary<string, Reading> _readings = new(StringComparer.OrdinalIgnoreCase);
    private volatile IReadOnlyList<EconomyContext> _steps = [];

    /// <summary>The newest step of each indicator that moved.</summary>
    public IReadOnlyList<EconomyContext> Steps => _steps;

    /// <summary>Takes in a value; one that is older than the newest of its name is ignored.</summary>
    public void Add(MarketEvent market)
    {
        if (market is not { IndicatorName: { } name, Value: { } value } || !MeaningOfARise.TryGetValue(name, out int meaning))
            return;
        lock (_readings)
        {
            bool isKnown = _readings.TryGetValue(name, out Reading? before);
            if (isKnown && market.Time < before!.Time)
                return;
            EconomyContext? step = isKnown && value != before!.Value
                ? new EconomyContext(name, before.Value, value, value > before.Value ? meaning : -meaning, market.Time)
                : before?.Step;
            _readings[name] = new Reading(value, market.Time, step);
            _steps = [.. _readings.Values.Select(reading => reading.Step).OfType<EconomyContext>().OrderBy(each => each.Name, StringComparer.Ordinal)];
        }
    }

    private sealed record Reading(double Value, long Time, EconomyContext? Step);
}
