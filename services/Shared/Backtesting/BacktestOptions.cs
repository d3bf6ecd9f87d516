namespace DaprTrading.Backtesting;

/// <summary>What a backtest assumes.</summary>
public sealed record BacktestOptions
{
    /// <summary>Commission of each fill, in basis points of its value; 0 to 1000. Default 0.</summary>
    public double CommissionBps { get; init; }

    /// <summary>How much worse than the open each fill is, in basis points; 0 to 1000. Default 0.</summary>
    public double SlippageBps { get; init; }

    /// <summary>Whether a sell opens a short position; otherwise it only ends a long one. Default false.</summary>
    public bool AllowShort { get; init; }

    /// <summary>Money at the start, in the quote currency. Default 10 000.</summary>
    public double Capital { get; init; } = 10_000;

    /// <summary>How many bars after a signal it is judged; 1 to 10 000 each, at most 10. Default 1, 5 and 20.</summary>
    public IReadOnlyList<int> Horizons { get; init; } = [1, 5, 20];

    /// <summary>Bars that end after this moment (Unix milliseconds, UTC) are still forming and are left out; null when all are closed.</summary>
    public long? AsOf { get; init; }

    /// <summary>Bars that end before this moment only warm the indicators up: nothing is traded or judged on them; null: from the first bar on.</summary>
    public long? From { get; init; }

    /// <summary>Bars that end after this moment are left out; null: to the last bar.</summary>
    public long? To { get; init; }

    /// <summary>What is wrong with the options, by field; empty when they are valid.</summary>
    public IReadOnlyDictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (!(CommissionBps is >= 0 and <= 1000)) errors["commissionBps"] = [$"must be from 0 to 1000, but is {CommissionBps}."];
        if (!(SlippageBps is >= 0 and <= 1000)) errors["slippageBps"] = [$"must be from 0 to 1000, but is {SlippageBps}."];
        if (!(Capital > 0 && double.IsFinite(Capital))) errors["capital"] = [$"must be above 0, but is {Capital}."];
        if (Horizons.Count is 0 or > 10 || Horizons.Any(horizon => horizon is < 1 or > 10_000))
            errors["horizons"] = [$"must be 1 to 10 numbers from 1 to 10000, but are [{string.Join(", ", Horizons)}]."];
        if (From > To) errors["from"] = [$"must not be after to ({To}), but is {From}."];
        return errors;
    }
}
