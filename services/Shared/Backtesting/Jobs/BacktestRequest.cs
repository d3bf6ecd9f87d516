using System.Globalization;
using System.Text.Json;
using DaprTrading.Strategies;

namespace DaprTrading.Backtesting.Jobs;

/// <summary>Body of <c>POST /api/backtests</c>: what to test on what. What is absent, or null, is the default.</summary>
public sealed record BacktestRequest
{
    private const int MaxSymbols = 1_000, MaxSymbolLength = 32;

    /// <summary>Name of a data set, as <c>GET /api/datasets</c> lists it.</summary>
    public string? Dataset { get; init; }

    /// <summary>Symbols of the data set, at most 1000; absent: all.</summary>
    public IReadOnlyList<string>? Symbols { get; init; }

    /// <summary>Names of strategies; absent: all. Whether live settings enable them does not matter.</summary>
    public IReadOnlyList<string>? Strategies { get; init; }

    /// <summary>Parameters of the strategies, as <c>GET /api/strategies</c> gives them; absent: the defaults.</summary>
    public StrategySettings? Settings { get; init; }

    /// <summary>Commission of each fill, basis points of its value; 0 to 1000, default 0.</summary>
    public double? CommissionBps { get; init; }

    /// <summary>How much worse than the open each fill is, basis points; 0 to 1000, default 0.</summary>
    public double? SlippageBps { get; init; }

    /// <summary>Whether a sell opens a short position; otherwise it only ends a long one. Default false.</summary>
    public bool? Short { get; init; }

    /// <summary>First day or moment that counts, ISO 8601, UTC; bars before it only warm the indicators up.</summary>
    public string? From { get; init; }

    /// <summary>Last day, whole, or last moment that counts, ISO 8601, UTC.</summary>
    public string? To { get; init; }

    /// <summary>Reads a request; names that are not known are refused, those of settings too.</summary>
    /// <param name="document">The body.</param>
    /// <param name="errors">What is wrong with it, by field; empty when it is valid.</param>
    /// <exception cref="JsonException">A value is of the wrong kind; its path says which.</exception>
    public static BacktestRequest? Read(JsonElement document, out IReadOnlyDictionary<string, string[]> errors)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            errors = new Dictionary<string, string[]> { ["body"] = ["must be a JSON object."] };
            return null;
        }

        errors = Unknown(document);
        if (errors.Count > 0) return null;
        BacktestRequest request = document.Deserialize(BacktestJobJson.Default.BacktestRequest)!;
        errors = request.Validate();
        return request;
    }

    /// <summary>The strategies that are meant.</summary>
    public IReadOnlyList<string> StrategyNames() =>
        Strategies is { Count: > 0 } names ? [.. names.Distinct(StringComparer.Ordinal)] : StrategyCatalog.Names;

    /// <summary>The assumptions that are meant.</summary>
    /// <param name="asOf">Bars that end later are still forming, Unix milliseconds.</param>
    public BacktestOptions Options(long asOf) => new()
    {
        CommissionBps = CommissionBps ?? 0, SlippageBps = SlippageBps ?? 0, AllowShort = Short ?? false, AsOf = asOf,
        From = TryMoment(From, wholeDay: false, out long? from) ? from : null, To = TryMoment(To, wholeDay: true, out long? to) ? to : null,
    };

    /// <summary>What is wrong with the request, by field; empty when it is valid. Whether the data set exists is not looked up.</summary>
    public IReadOnlyDictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>(Options(0).Validate(), StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(Dataset)) errors["dataset"] = ["is missing: the name of a data set is expected."];
        if (Symbols is { Count: > MaxSymbols }) errors["symbols"] = [$"must not be more than {MaxSymbols}, but are {Symbols.Count}."];
        if (Symbols?.Any(symbol => string.IsNullOrWhiteSpace(symbol) || symbol.Length > MaxSymbolLength) == true)
            errors["symbols"] = [$"must each have 1 to {MaxSymbolLength} characters."];
        if (Strategies?.FirstOrDefault(name => !StrategyCatalog.Names.Contains(name, StringComparer.Ordinal)) is { } unknown)
            errors["strategies"] = [$"must be among {string.Join(", ", StrategyCatalog.Names)}, but one is '{unknown}'."];
        if (!TryMoment(From, wholeDay: false, out _)) errors["from"] = [$"must be a day or a time in ISO 8601, but is '{From}'."];
        if (!TryMoment(To, wholeDay: true, out _)) errors["to"] = [$"must be a day or a time in ISO 8601, but is '{To}'."];
        foreach ((string field, string[] messages) in Settings?.Validate() ?? new Dictionary<string, string[]>())
            errors["settings." + field] = messages;
        return errors;
    }

    private static Dictionary<string, string[]> Unknown(JsonElement document)
    {
        string[] names = [.. BacktestJobJson.Default.BacktestRequest.Properties.Select(property => property.Name)];
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (JsonProperty property in document.EnumerateObject())
        {
            if (!names.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                errors[property.Name[..Math.Min(property.Name.Length, MaxSymbolLength)]] = [$"is not known; there are {string.Join(", ", names)}."];
            else if (string.Equals(property.Name, "settings", StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind != JsonValueKind.Null)
                foreach ((string field, string[] messages) in SettingsReader.Read(property.Value).Errors) errors["settings." + field] = messages;
        }

        return errors;
    }

    private static bool TryMoment(string? text, bool wholeDay, out long? moment)
    {
        moment = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            long midnight = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
            moment = wholeDay ? midnight + (24 * 60 * 60 * 1000) - 1 : midnight;
            return true;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)) return false;
        moment = time.ToUnixTimeMilliseconds();
        return true;
    }
}
