using System.Text;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>A log file of bounded size: when it is full it becomes <c>{path}.1</c>, replacing the one before. Thread-safe.</summary>
internal sealed class RotatingLog : IDisposable
{
    /// <summary>Size of one of the two files, in bytes, unless told otherwise.</summary>
    public const long DefaultLimit = 10 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly long _limit;
    private FileStream? _file;
    private long _size;

    /// <summary>Opens the log, continuing an existing one.</summary>
    public RotatingLog(string path, long limit = DefaultLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        Path = path;
        _limit = limit;
        Open();
    }

    /// <summary>Path of the newest part.</summary>
    public string Path { get; }

    /// <summary>Appends bytes; a write longer than the limit is split.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            while (!bytes.IsEmpty && _file is not null)
            {
                if (_size >= _limit) Rotate();

                int count = (int)Math.Min(bytes.Length, _limit - _size);
                _file.Write(bytes[..count]);
                _size += count;
                bytes = bytes[count..];
            }

            _file?.Flush();
        }
    }

    /// <summary>Appends a line.</summary>
    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>The last lines of a log, the older part included when the newer one is short.</summary>
    public static IReadOnlyList<string> Tail(string path, int lines)
    {
        List<string> tail = TailOf(path, lines);
        if (tail.Count < lines) tail.InsertRange(0, TailOf(path + ".1", lines - tail.Count));
        return tail;
    }

    private static List<string> TailOf(string path, int lines)
    {
        if (!File.Exists(path)) return [];

        const int Window = 256 * 1024;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        bool cut = file.Length > Window;
        if (cut) file.Seek(-Window, SeekOrigin.End);
        using StreamReader reader = new(file);
        string[] all = reader.ReadToEnd().Split('\n');
        int end = all[^1].Length == 0 ? all.Length - 1 : all.Length;
        int start = Math.Max(cut ? 1 : 0, end - lines);
        return start < end ? [.. all[start..end]] : [];
    }

    private void Open()
    {
        _file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _size = _file.Length;
    }

    private void Rotate()
    {
        _file!.Dispose();
        File.Move(Path, Path + ".1", overwrite: true);
        Open();
    }
}
