using System.Globalization;
using System.Text.Json;
using DaprTrading.MarketData;
using DaprTrading.Strategies;

namespace DaprTrading.Backtesting.Jobs;

/// <summary>What to test on what: the body of <c>POST /api/backtests</c>, and what the options of the command mean. What is absent, or null, is the default.</summary>
public sealed record BacktestRequest
{
    private const int MaxSymbols = 1_000, MaxSymbolLength = 32, MaxDatasets = 100;

    /// <summary>Name of a data set, as <c>GET /api/datasets</c> lists it.</summary>
    public string? Dataset { get; init; }

    /// <summary>Names of several, at most 100, read as one: the bars of a symbol are merged by time; absent: only <see cref="Dataset"/>.</summary>
    public IReadOnlyList<string>? Datasets { get; init; }

    /// <summary>How to read the data, one of <see cref="Formats"/>; absent: recognised.</summary>
    public string? Format { get; init; }

    /// <summary>Length of bars made of trades, <c>1s</c> to <c>1h</c>; absent: a minute.</summary>
    public string? Interval { get; init; }

    /// <summary>Zone of clock times that do not tell theirs, as <c>America/New_York</c>; absent: UTC.</summary>
    public string? Zone { get; init; }

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

    /// <summary>How many bars after a signal it is judged; absent: 1, 5 and 20.</summary>
    public IReadOnlyList<int>? Horizons { get; init; }

    /// <summary>First day or moment that counts, ISO 8601, UTC; bars before it only warm the indicators up. A bar that ends at midnight is of the day before.</summary>
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

    /// <summary>The data sets that are meant.</summary>
    public IReadOnlyList<string> DatasetNames() => Datasets is { Count: > 0 } many ? many : string.IsNullOrWhiteSpace(Dataset) ? [] : [Dataset];

    /// <summary>How the data are to be read.</summary>
    public ReadSettings ReadSettings() => new(Format, MarketData.ReadSettings.TryInterval(Interval, out long interval) ? interval : 0) { Zone = Zone };

    /// <summary>The strategies that are meant.</summary>
    public IReadOnlyList<string> StrategyNames() =>
        Strategies is { Count: > 0 } names ? [.. names.Distinct(StringComparer.Ordinal)] : StrategyCatalog.Names;

    /// <summary>The assumptions that are meant.</summary>
    /// <param name="asOf">Bars that end later are still forming, Unix milliseconds.</param>
    public BacktestOptions Options(long asOf) => new()
    {
        CommissionBps = CommissionBps ?? 0, SlippageBps = SlippageBps ?? 0, AllowShort = Short ?? false, AsOf = asOf,
        Horizons = Horizons ?? new BacktestOptions().Horizons,
        From = TryMoment(From, wholeDay: false, out long? from) ? from : null, To = TryMoment(To, wholeDay: true, out long? to) ? to : null,
    };

    /// <summary>What is wrong with the request, by field; empty when it is valid. Whether the data set exists is not looked up.</summary>
    public IReadOnlyDictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>(Options(0).Validate(), StringComparer.Ordinal);
        if (DatasetNames().Count == 0) errors["dataset"] = ["is missing: the name of a data set is expected."];
        if (Datasets is { Count: > MaxDatasets }) errors["datasets"] = [$"must not be more than {MaxDatasets}, but are {Datasets.Count}."];
        if (Datasets?.Any(string.IsNullOrWhiteSpace) == true) errors["datasets"] = ["must not hold an empty name."];
        if (Format is not null && !Formats.All.Contains(Format, StringComparer.Ordinal)) errors["format"] = [$"must be one of {string.Join(", ", Formats.All)}, but is '{Format}'."];
        if (!MarketData.ReadSettings.TryInterval(Interval, out _)) errors["interval"] = [$"must be whole seconds, minutes or one hour, as in 1s, 5m, 1h, but is '{Interval}'."];
        if (Zone is not null && !MarketData.ReadSettings.IsZone(Zone)) errors["zone"] = [$"must be a zone of the tz database, as in America/New_York, but is '{Zone}'."];
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
            // A bar of the day ends after its midnight and at the latest at the next one.
            long midnight = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
            moment = wholeDay ? midnight + (24 * 60 * 60 * 1000) : midnight + 1;
            return true;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)) return false;
        moment = time.ToUnixTimeMilliseconds();
        return true;
    }
}
