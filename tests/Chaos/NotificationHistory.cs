using System.Globalization;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>The notifications of a system as they are stored: the REST API shows the newest thousand, and would hide one that is there twice.</summary>
internal static class NotificationHistory
{
    /// <summary>Notifications that the history keeps for certain: its full pages.</summary>
    public const int Kept = 5_000;

    private const string Key = "notification||notifications";

    /// <summary>Every setting a run needs to have each signal told on its own.</summary>
    public static readonly (string Name, string Value) TellsAll = ("Notification__MaxPerSecond", "10000");

    /// <summary>Compares what the history tells of signals with the signals once it holds as many.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static async Task<List<string>> CheckAsync(int redisPort, IReadOnlyCollection<TradingSignal> signals, TimeSpan limit)
    {
        int least = Math.Min(signals.Count, Kept);
        List<Notification> found = await Eventually.GetAsync(async ct => (await ReadAsync(redisPort, ct)).FindAll(notice => notice.Kind == "signal"), known => known.Count >= least, limit, $"{least} notifications");
        Dictionary<string, TradingSignal> expected = signals.ToDictionary(signal => "signal:" + signal.Id, StringComparer.Ordinal);
        List<string> problems =
        [
            .. found.GroupBy(notice => notice.Id).Where(group => group.Count() > 1).Select(group => $"notification {group.Key} is there {group.Count()} times"),
            .. found.Where(notice => !expected.TryGetValue(notice.Id, out TradingSignal? signal) || !Tells(notice, signal)).Select(notice => $"not expected: {notice}"),
        ];
        if (signals.Count <= Kept) problems.AddRange(expected.Keys.Except(found.Select(notice => notice.Id), StringComparer.Ordinal).Select(id => $"notification {id} is missing"));
        return problems;
    }

    /// <summary>All that are stored, oldest first.</summary>
    public static async Task<List<Notification>> ReadAsync(int redisPort, CancellationToken cancellationToken)
    {
        var found = new List<Notification>();
        if (await RedisText.ValueAsync(redisPort, Key, cancellationToken) is not { } text) return found;
        using JsonDocument open = JsonDocument.Parse(text);
        long pages = open.RootElement.GetProperty("sealed").GetInt64();
        for (long page = 0; page < pages; page++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{Key}-{page}");
            if (await RedisText.ValueAsync(redisPort, key, cancellationToken) is not { } full) continue;   // no longer kept
            using JsonDocument document = JsonDocument.Parse(full);
            found.AddRange(Items(document));
        }

        found.AddRange(Items(open));
        return found;
    }

    private static IEnumerable<Notification> Items(JsonDocument page) =>
        page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Deserialize(ContractsJson.Default.Notification)!);

    private static bool Tells(Notification notice, TradingSignal signal) =>
        (notice.Kind, notice.SignalId, notice.Symbol, notice.Side, notice.Time, notice.IngestedAt) == ("signal", signal.Id, signal.Symbol, signal.Side, signal.BarTime, signal.IngestedAt)
        && signal.Reasons.All(reason => notice.Text.Contains(reason, StringComparison.Ordinal));
}
