using System.Globalization;

namespace DaprTrading.LocalRuntime.Host.DeadLetters;

/// <summary>The dead letters of one topic on disk. Not thread-safe.</summary>
internal sealed class TopicFiles(string folder)
{
    private readonly SortedDictionary<long, (long Bytes, string Id)> _files = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Where they are.</summary>
    public string Folder => folder;

    /// <summary>How many.</summary>
    public int Count => _files.Count;

    /// <summary>Their size.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of the oldest.</summary>
    public long Oldest => _files.First().Key;

    /// <summary>Their numbers, the oldest first.</summary>
    public long[] Numbers() => [.. _files.Keys];

    /// <summary>Path of one.</summary>
    public string File(long number) => Path.Combine(folder, number.ToString("D12", CultureInfo.InvariantCulture) + ".json");

    /// <summary>Whether an event is among them; an event without an id never is.</summary>
    public bool Has(string id) => _ids.Contains(id);

    /// <summary>Writes one more.</summary>
    public void Add(byte[] content, string id)
    {
        long number = _last + 1;
        AtomicFile.Write(File(number), content);
        Found(number, content.Length, id);
    }

    /// <summary>Takes in one that is on disk already.</summary>
    public void Found(long number, long bytes, string id)
    {
        _files[number] = (bytes, id);
        if (id.Length > 0) _ids.Add(id);
        Bytes += bytes;
        _last = Math.Max(_last, number);
    }

    /// <summary>Deletes one; no matter when it is gone already.</summary>
    public void Remove(long number)
    {
        if (!_files.Remove(number, out var file)) return;

        System.IO.File.Delete(File(number));
        Bytes -= file.Bytes;
        _ids.Remove(file.Id);
    }
}
