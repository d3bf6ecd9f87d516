using DaprTrading.Dataset.Files;

namespace DaprTrading.Dataset.Replays;

/// <summary>Checks requests and makes replays of them. Pure.</summary>
internal static class ReplayFactory
{
    /// <summary>What is wrong with a request, by field; empty when nothing is.</summary>
    public static Dictionary<string, string[]> Check(ReplayRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(request.Dataset)) errors["dataset"] = ["is missing"];
        if (request.Speed is < 0 or > 1e9 || request.Speed is { } speed && !double.IsFinite(speed)) errors["speed"] = ["must be from 0 (as fast as accepted) to 1e9"];
        if (request.BarsPerSecond is < 0 or > 1e6) errors["barsPerSecond"] = ["must be from 0 (not used) to 1e6"];
        if (request.Speed > 0 && request.BarsPerSecond > 0) errors["barsPerSecond"] = ["must not be given together with speed"];
        if (request.Symbols is { Count: > 1000 }) errors["symbols"] = ["must not be more than 1000"];
        return errors;
    }

    public static Replay Create(ReplayRequest request, DatasetFile file, long now) => new(
        Guid.NewGuid().ToString("N")[..12], file.Name, request.Symbols is { Count: > 0 } ? request.Symbols : null, request.Speed ?? 0,
        request.BarsPerSecond ?? 0, ReplayState.Running, 0, 0, 0, 0, now, null, null);

    /// <summary>The bars of the symbols wanted, by time.</summary>
    public static IReadOnlyList<FileBar> Select(FileContent content, IReadOnlyList<string>? symbols) => symbols is null
        ? content.Bars
        : [.. content.Bars.Where(bar => symbols.Contains(bar.Symbol, StringComparer.OrdinalIgnoreCase))];
}
