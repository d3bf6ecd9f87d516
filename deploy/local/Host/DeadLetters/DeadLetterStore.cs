using System.Globalization;
using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.DeadLetters;

/// <summary>
/// Dead letters on disk: a folder per dead-letter topic, a file per message, numbered in the order they came. Bounded per topic; the oldest
/// make room. Thread-safe.
/// </summary>
internal sealed class DeadLetterStore
{
    /// <summary>Most messages of one topic, unless told otherwise.</summary>
    public const int DefaultMost = 10_000;

    /// <summary>Most bytes of one topic, unless told otherwise.</summary>
    public const long DefaultMostBytes = 64L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, TopicFiles> _topics = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly int _most;
    private readonly long _mostBytes;

    /// <summary>Opens a folder, which may not exist yet.</summary>
    public DeadLetterStore(string folder, TimeProvider time, int most = DefaultMost, long mostBytes = DefaultMostBytes)
    {
        (_folder, _time, _most, _mostBytes) = (folder, time, most, mostBytes);
        if (!Directory.Exists(folder)) return;

        foreach (string topic in Directory.EnumerateDirectories(folder)) Load(topic);
    }

    /// <summary>Keeps a message, once per event id.</summary>
    /// <returns>How many older ones had to go.</returns>
    public int Add(DeadLetter letter)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(letter with { KeptAt = _time.GetUtcNow() }, HostJson.Default.DeadLetter);
        lock (_gate)
        {
            if (!_topics.TryGetValue(letter.DeadLetterTopic, out TopicFiles? topic))
            {
                // Escaped, so that no topic's name leads out of the folder.
                string escaped = Uri.EscapeDataString(letter.DeadLetterTopic).Replace(".", "%2E", StringComparison.Ordinal);
                topic = new TopicFiles(Path.Combine(_folder, escaped));
                Directory.CreateDirectory(topic.Folder);
                _topics.Add(letter.DeadLetterTopic, topic);
            }

            if (topic.Has(letter.Id)) return 0;

            int dropped = 0;
            while (topic.Count > 0 && (topic.Count >= _most || topic.Bytes + content.Length > _mostBytes))
            {
                topic.Remove(topic.Oldest);
                dropped++;
            }

            topic.Add(content, letter.Id);
            return dropped;
        }
    }

    /// <summary>Messages by dead-letter topic; topics without any are left out.</summary>
    public IReadOnlyDictionary<string, int> Counts()
    {
        lock (_gate) return _topics.Where(topic => topic.Value.Count > 0).ToDictionary(topic => topic.Key, topic => topic.Value.Count, StringComparer.Ordinal);
    }

    /// <summary>The messages kept at this moment, by topic, the oldest first.</summary>
    /// <param name="topic">The topic they came from, or the dead-letter topic; null: all.</param>
    public IEnumerable<(long Number, DeadLetter Letter)> Read(string? topic)
    {
        List<(long Number, string File)> files = [];
        lock (_gate)
        {
            foreach (TopicFiles kept in _topics.Values) files.AddRange(kept.Numbers().Select(number => (number, kept.File(number))));
        }

        foreach (var (number, file) in files)
        {
            if (ReadFile(file) is { } letter && (topic is null || letter.DeadLetterTopic == topic || letter.Topic == topic)) yield return (number, letter);
        }
    }

    /// <summary>Forgets a message.</summary>
    public void Remove(long number, DeadLetter letter)
    {
        lock (_gate)
        {
            if (_topics.TryGetValue(letter.DeadLetterTopic, out TopicFiles? topic)) topic.Remove(number);
        }
    }

    private void Load(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*.json"))
        {
            // Files that are none of this store's are left alone.
            if (!long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out long number)) continue;
            if (ReadFile(file) is not { } letter) continue;

            if (!_topics.TryGetValue(letter.DeadLetterTopic, out TopicFiles? topic)) _topics.Add(letter.DeadLetterTopic, topic = new TopicFiles(folder));
            topic.Found(number, new FileInfo(file).Length, letter.Id);
        }
    }

    private static DeadLetter? ReadFile(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), HostJson.Default.DeadLetter);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null;   // not written by this store, or removed in this moment
        }
    }
}
