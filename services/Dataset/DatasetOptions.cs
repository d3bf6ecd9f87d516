using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Dataset;

/// <summary>Where the files are and how they are sent.</summary>
internal sealed class DatasetOptions
{
    public const string Section = "Dataset";

    /// <summary>Folder of the files, relative to the service's folder. Default <c>data</c>.</summary>
    [Required] public string Folder { get; init; } = "data";

    /// <summary>Bars of one request. Default 100.</summary>
    [Range(1, 5_000)] public int BatchSize { get; init; } = 100;

    /// <summary>Largest file read, in bytes. Default 512 MiB.</summary>
    [Range(1024, int.MaxValue)] public int MaxFileBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>Replays that run at once. Default 8.</summary>
    [Range(1, 100)] public int MaxRunning { get; init; } = 8;
}
