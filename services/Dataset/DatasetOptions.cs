using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Dataset;

/// <summary>Where the files are and how they are sent.</summary>
internal sealed class DatasetOptions
{
    public const string Section = "Dataset";

    /// <summary>Folder of the files, relative to the service's folder. Default <c>data</c>.</summary>
    [Required] public string Folder { get; init; } = "data";

    /// <summary>Folder of files that were added while the system runs. Default: <c>datasets</c> in the folder that <c>DAPRTRADING_DATA</c> names, else none.</summary>
    public string? AddedFolder { get; set; }

    /// <summary>Bars of one request. Default 100.</summary>
    [Range(1, 5_000)] public int BatchSize { get; init; } = 100;

    /// <summary>How long bars may be on their way: before a replay takes a symbol without bars it waits this long and looks again. Default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")] public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest wait for an answer of the gateway; then the bars are sent again. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")] public TimeSpan GatewayTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>One of the gateway's keys (<c>Gateway:ApiKeys</c>), where it asks for one. Default none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Most bytes read for one replay, on disk and after decompression. Default 512 MiB.</summary>
    [Range(1024, int.MaxValue)] public int MaxFileBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>Most bars of one replay; they are held in memory, about 100 bytes each. Default 1 000 000.</summary>
    [Range(1, 20_000_000)] public int MaxBars { get; init; } = 1_000_000;

    /// <summary>Replays that run at once. Default 8.</summary>
    [Range(1, 100)] public int MaxRunning { get; init; } = 8;
}
