using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration.Swap;

/// <summary>What one system made of <see cref="SwapBars"/>, and of which programs it consists.</summary>
internal sealed record SwapOutcome(IReadOnlyDictionary<string, SymbolOutcome> Symbols, IReadOnlyList<string> Programs)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits until everything has come out and reads it.</summary>
    public static async Task<SwapOutcome> ReadAsync(RunningSystem system, Producer producer)
    {
        var symbols = new Dictionary<string, SymbolOutcome>(StringComparer.Ordinal);
        foreach (var (symbol, bars) in SwapBars.All) symbols[symbol] = await ReadAsync(symbol, bars.Length, producer);
        return new SwapOutcome(symbols, await ProgramsAsync(system));
    }

    private static async Task<SymbolOutcome> ReadAsync(string symbol, int bars, Producer producer)
    {
        IReadOnlyList<JsonElement> raw = await producer.PointsAsync(symbol, bars, Limit);
        List<IndicatorPoint> points = [.. raw.Select(point => point.Deserialize(ContractsJson.Default.IndicatorPoint)!)];
        int signals = Batch.Signals(symbol, points).Count;
        JsonElement found = await Eventually.GetAsync(
            ct => producer.GetAsync($"/api/signals?symbol={symbol}&limit=1000", ct), list => list.GetArrayLength() >= signals, Limit, $"{signals} signals of {symbol}");
        JsonElement summary = await Eventually.GetAsync(
            ct => producer.GetAsync($"/api/symbols/{symbol}", ct),
            now => now.GetProperty("n").GetInt64() >= bars && now.GetProperty("buySignals").GetInt64() + now.GetProperty("sellSignals").GetInt64() >= signals,
            Limit, $"the summary of {symbol} after {bars} bars and {signals} signals");
        var candles = new Dictionary<long, JsonElement>();
        foreach (var (interval, length) in SymbolOutcome.Intervals)
        {
            candles[length] = await producer.GetAsync($"/api/symbols/{symbol}/candles?interval={interval}&limit=1000", CancellationToken.None);
        }

        return new SymbolOutcome(raw, points, found, candles, summary);
    }

    /// <summary>What each app is started with: command line, names of its variables, and a hash of the program.</summary>
    private static async Task<IReadOnlyList<string>> ProgramsAsync(RunningSystem system)
    {
        JsonElement status = await system.StatusAsync(CancellationToken.None);
        var programs = new List<string>();
        foreach (JsonElement app in status.GetProperty("apps").EnumerateArray())
        {
            string process = $"/proc/{app.GetProperty("instances")[0].GetProperty("pid").GetInt32()}";
            string[] command = (await File.ReadAllTextAsync(Path.Combine(process, "cmdline"))).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            string folder = app.GetProperty("appId").GetString()!;
            string program = Path.GetFullPath(command[^1], Path.Combine(ProjectPaths.Root, "services", folder));
            IEnumerable<string> variables = (await File.ReadAllTextAsync(Path.Combine(process, "environ"))).Split('\0').Select(variable => variable.Split('=')[0]).Order(StringComparer.Ordinal);
            programs.Add($"{folder}: {string.Join(' ', command)}; {Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(program)))}; {string.Join(' ', variables)}");
        }

        return programs;
    }
}

/// <summary>One symbol.</summary>
internal sealed record SymbolOutcome(
    IReadOnlyList<JsonElement> RawPoints, IReadOnlyList<IndicatorPoint> Points, JsonElement Signals, IReadOnlyDictionary<long, JsonElement> Candles, JsonElement Summary)
{
    /// <summary>Candle intervals and their lengths in milliseconds.</summary>
    public static IReadOnlyDictionary<string, long> Intervals { get; } = new Dictionary<string, long>(StringComparer.Ordinal) { ["5s"] = 5_000, ["1m"] = 60_000, ["1d"] = 86_400_000 };

    /// <summary>Everything as text, digit for digit, less the moments at which the edge took the bars.</summary>
    public IEnumerable<string> Values() =>
    [
        .. RawPoints.Select(Text), .. Signals.EnumerateArray().Select(Text).Order(StringComparer.Ordinal),
        .. Candles.SelectMany(interval => interval.Value.EnumerateArray().Select(Text)), Text(Summary),
    ];

    private static string Text(JsonElement element)
    {
        JsonObject node = JsonObject.Create(element)!;
        node.Remove("ingestedAt");
        (node["lastSignal"] as JsonObject)?.Remove("ingestedAt");
        return node.ToJsonString();
    }
}
