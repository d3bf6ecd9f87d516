using System.Globalization;
using DaprTrading.Dataset.Files;
using DaprTrading.MarketData;

namespace DaprTrading.Dataset.Replays;

/// <summary>Reads the files of a replay.</summary>
internal sealed class ReplayLoader(DatasetFolder folder)
{
    private const int MaxReasons = 10;

    /// <summary>The bars to be sent, by time, and the replay with what the files told.</summary>
    /// <exception cref="DatasetFormatException">A file is gone, unreadable, or has none of the symbols.</exception>
    public async Task<(Replay Replay, IReadOnlyList<FileBar> Bars)> LoadAsync(Replay replay, CancellationToken cancellationToken)
    {
        DatasetFile[] files =
        [
            .. (replay.Datasets ?? [replay.Dataset]).Select(name => folder.Find(name) ?? throw new DatasetFormatException($"The dataset '{name}' is gone.")),
        ];
        var settings = new ReadSettings(replay.Format, replay.TradeInterval > 0 ? replay.TradeInterval : ReadSettings.Default.TradeInterval) { AsOf = replay.StartedAt, Zone = replay.Zone };
        FileContent content = await folder.ReadAsync(files, settings, cancellationToken);
        IReadOnlyList<FileBar> bars = ReplayFactory.Select(content, replay.Symbols);
        if (bars.Count == 0) throw new DatasetFormatException($"The dataset '{replay.Dataset}' has none of the symbols asked for.");
        replay = replay with
        {
            Total = bars.Count,
            BadRows = content.BadRowCount,
            Warnings = content.Warnings,
            BadRowReasons = [.. content.BadRows.Take(MaxReasons).Select(row => string.Create(CultureInfo.InvariantCulture, $"line {row.Line}: {row.Reason}"))],
        };
        return (replay, bars);
    }
}
