using System.Text;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Reads what is appended to a log, across its rotations.</summary>
internal sealed class LogFollower(string path)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _partial = new();
    private long _position;

    /// <summary>Skips what is there now.</summary>
    public void SkipToEnd() => _position = File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The whole lines that came since the last call.</summary>
    public IReadOnlyList<string> Read()
    {
        if (!File.Exists(path)) return [];

        List<string> lines = [];
        long length = new FileInfo(path).Length;
        if (length < _position)
        {
            ReadFrom(path + ".1", lines);   // it has been rotated: the rest of the old part comes first
            _position = 0;
        }

        ReadFrom(path, lines);
        return lines;
    }

    private void ReadFrom(string file, List<string> lines)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(Math.Min(_position, stream.Length), SeekOrigin.Begin);
            byte[] bytes = new byte[16 * 1024];
            char[] chars = new char[bytes.Length + 1];
            while (stream.Read(bytes) is var count and > 0)
            {
                _position += count;
                Split(chars.AsSpan(0, _decoder.GetChars(bytes.AsSpan(0, count), chars, flush: false)), lines);
            }
        }
        catch (FileNotFoundException)
        {
            // Rotated at this moment: the next call finds it.
        }
    }

    private void Split(ReadOnlySpan<char> text, List<string> lines)
    {
        foreach (char c in text)
        {
            if (c != '\n')
            {
                _partial.Append(c);
                continue;
            }

            lines.Add(_partial.ToString());
            _partial.Clear();
        }
    }
}
