namespace DaprTrading.Ingestion.BackPressure;

/// <summary>What all ingestion processes, those that are gone included, published and nobody is known to have read. Kept in the state store.</summary>
/// <param name="Shares">One per process; a process of which nothing is unread has none.</param>
/// <param name="Heard">App ids of the services that were heard of: they exist, and the broker keeps what is published for them.</param>
internal sealed record UnreadRecord(IReadOnlyList<UnreadShare> Shares, IReadOnlyList<string> Heard)
{
    /// <summary>The layout written by this build.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Nothing was published yet.</summary>
    public static UnreadRecord Empty { get; } = new([], []);

    /// <summary>Layout of this record in storage.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>This record, if this build knows its layout.</summary>
    /// <exception cref="InvalidDataException">A later build wrote it.</exception>
    public UnreadRecord Readable() => Version <= CurrentVersion ? this : throw new InvalidDataException(
        $"The record of unread events has layout {Version}; this build reads up to {CurrentVersion}. A later build wrote it: run that one, or a later one.");
}

/// <summary>What one process published and nobody is known to have read.</summary>
/// <param name="Instance">Name of the process.</param>
/// <param name="Steps">Its events in the order of their ingest times. The last step may be what it reserved and may yet publish.</param>
internal sealed record UnreadShare(string Instance, IReadOnlyList<UnreadStep> Steps);

/// <summary>Events that are read once everything up to a time is.</summary>
/// <param name="Until">Newest ingest time among their records, Unix milliseconds.</param>
/// <param name="Events">How many.</param>
internal sealed record UnreadStep(long Until, long Events);
