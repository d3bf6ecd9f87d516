using System.Text.Json;

namespace DaprTrading.Tests.Fenced;

/// <summary>What a turn saw.</summary>
/// <param name="Kind"><see cref="FoundOpen"/> or <see cref="Ended"/>.</param>
/// <param name="Actor">Actor id.</param>
/// <param name="Turn">The turn that tells.</param>
/// <param name="Other">The turn it found open, or that wrote between its start and its end; null when none did.</param>
public sealed record FenceEvent(string Kind, string Actor, string Turn, string? Other)
{
    /// <summary>At its start, another turn was open.</summary>
    public const string FoundOpen = "found-open";

    /// <summary>Its end was stored.</summary>
    public const string Ended = "ended";
}

/// <summary>The events of one process, a line each, written before the turn goes on: a killed process leaves what it saw. Thread-safe.</summary>
public sealed class FenceLog(Stream file) : IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>A log in a folder, named after this process.</summary>
    public static FenceLog InFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{Environment.ProcessId}.jsonl");
        return new FenceLog(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    /// <summary>Writes an event.</summary>
    public void Write(FenceEvent seen)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(seen, FenceJson.Default.FenceEvent), (byte)'\n'];
        lock (_gate) file.Write(line);
    }

    /// <summary>The events of a process, or of all that wrote into the folder.</summary>
    public static IReadOnlyList<FenceEvent> Read(string folder, int? process = null) =>
        [.. Directory.EnumerateFiles(folder, $"{(process is { } pid ? pid : "*")}.jsonl").SelectMany(File.ReadLines).Where(line => line.EndsWith('}')).Select(line => JsonSerializer.Deserialize(line, FenceJson.Default.FenceEvent)!)];

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}

/// <summary>What the events of all processes say together.</summary>
public static class FenceVerdict
{
    /// <summary>The overlaps, in words; empty: no two turns of one actor overlapped.</summary>
    public static IReadOnlyList<string> Overlaps(IReadOnlyList<FenceEvent> events)
    {
        HashSet<string> ended = [.. events.Where(seen => seen.Kind == FenceEvent.Ended).Select(seen => seen.Turn)];
        return
        [
            .. events.Where(seen => seen.Kind == FenceEvent.Ended && seen.Other is not null)
                .Select(seen => $"{seen.Actor}: turn {seen.Other} wrote between the start and the end of turn {seen.Turn}"),
            .. events.Where(seen => seen.Kind == FenceEvent.FoundOpen && ended.Contains(seen.Other!))
                .Select(seen => $"{seen.Actor}: turn {seen.Turn} started while turn {seen.Other} was open, which ended later"),
        ];
    }
}
