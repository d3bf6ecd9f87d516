using DaprTrading.Backtesting;
using DaprTrading.Dataset.Files;
using DaprTrading.MarketData;

namespace DaprTrading.Dataset.Replays;

/// <summary>Checks requests and makes replays of them. Pure.</summary>
internal static class ReplayFactory
{
    private const int MaxDatasets = 100;

    /// <summary>What is wrong with a request, by field; empty when nothing is.</summary>
    public static Dictionary<string, string[]> Check(ReplayRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (Names(request).Count == 0) errors["dataset"] = ["is missing"];
        if (request.Datasets is { Count: > MaxDatasets }) errors["datasets"] = [$"must not be more than {MaxDatasets}"];
        if (request.Datasets?.Any(string.IsNullOrWhiteSpace) == true) errors["datasets"] = ["must not hold an empty name"];
        CheckPace(request.Speed, request.BarsPerSecond, errors);
        if (request.Symbols is { Count: > 1000 }) errors["symbols"] = ["must not be more than 1000"];
        if (request.Format is { } format && !Formats.All.Contains(format, StringComparer.Ordinal)) errors["format"] = [$"must be one of {string.Join(", ", Formats.All)}"];
        if (!ReadSettings.TryInterval(request.Interval, out _)) errors["interval"] = ["must be whole seconds, minutes or one hour, as in 1s, 5m, 1h"];
        if (request.Zone is { } zone && !ReadSettings.IsZone(zone)) errors["zone"] = ["must be a zone of the tz database, as in America/New_York"];
        return errors;
    }

    /// <summary>What is wrong with a change of speed, by field; empty when nothing is.</summary>
    public static Dictionary<string, string[]> Check(SpeedRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (request is { Speed: null, BarsPerSecond: null }) errors["speed"] = ["is missing; give barsPerSecond instead for a fixed rate"];
        CheckPace(request.Speed, request.BarsPerSecond, errors);
        return errors;
    }

    /// <summary>The files a request names.</summary>
    public static IReadOnlyList<string> Names(ReplayRequest request) =>
        request.Datasets is { Count: > 0 } many ? many : string.IsNullOrWhiteSpace(request.Dataset) ? [] : [request.Dataset];

    public static Replay Create(ReplayRequest request, IReadOnlyList<DatasetFile> files, long now)
    {
        _ = ReadSettings.TryInterval(request.Interval, out long interval);
        return new Replay(
            Guid.NewGuid().ToString("N")[..12], string.Join(", ", files.Select(file => file.Name)), request.Symbols is { Count: > 0 } ? request.Symbols : null,
            request.Speed ?? 0, request.BarsPerSecond ?? 0, ReplayState.Running, 0, 0, 0, 0, now, null, null)
        {
            Datasets = [.. files.Select(file => file.File)],
            Format = request.Format,
            TradeInterval = interval,
            Append = request.Append ?? false,
            Zone = request.Zone,
        };
    }

    /// <summary>The bars of the symbols wanted, by time.</summary>
    public static IReadOnlyList<FileBar> Select(FileContent content, IReadOnlyList<string>? symbols)
    {
        if (symbols is null) return content.Bars;
        HashSet<string> wanted = [.. symbols.Select(MarketSeries.Canonical)];
        return [.. content.Bars.Where(bar => wanted.Contains(bar.Symbol))];
    }

    /// <summary>The position a seek means, from 0 to the number of bars.</summary>
    public static long PositionOf(SeekRequest seek, IReadOnlyList<FileBar> bars)
    {
        if (seek.Position is { } position) return Math.Clamp(position, 0, bars.Count);

        int low = 0, high = bars.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (bars[middle].End < seek.Time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>How many bars of each symbol come before a position: what is taken from a bar's sequence, so that a source begins with 1.</summary>
    public static Dictionary<string, long> Before(IReadOnlyList<FileBar> bars, long position)
    {
        var counts = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < position; i++) counts[bars[i].Symbol] = bars[i].Sequence;
        return counts;
    }

    private static void CheckPace(double? speed, double? barsPerSecond, Dictionary<string, string[]> errors)
    {
        if (speed is { } multiple && !(multiple is >= 0 and <= 1e9)) errors["speed"] = ["must be from 0 (as fast as accepted) to 1e9"];
        if (barsPerSecond is { } rate && !(rate is >= 0 and <= 1e6)) errors["barsPerSecond"] = ["must be from 0 (not used) to 1e6"];
        if (speed > 0 && barsPerSecond > 0) errors["barsPerSecond"] = ["must not be given together with speed"];
    }
}
