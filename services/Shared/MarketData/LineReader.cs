namespace DaprTrading.MarketData;

/// <summary>Reads lines of bounded length, and can look at the first ones beforehand.</summary>
internal sealed class LineReader(StreamReader text, string name)
{
    private const int MaxLine = 16_384;
    private readonly Queue<string> _ahead = new();
    private readonly char[] _buffer = new char[16_384];
    private readonly System.Text.StringBuilder _part = new();
    private int _at, _length, _read;

    /// <summary>Number of the line that <see cref="Next"/> gave last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The first lines; <see cref="Next"/> gives them again.</summary>
    public IReadOnlyList<string> Sample(int count)
    {
        while (_ahead.Count < count && ReadLine() is { } line) _ahead.Enqueue(line);
        return [.. _ahead];
    }

    public string? Next()
    {
        string? line = _ahead.Count > 0 ? _ahead.Dequeue() : ReadLine();
        if (line is not null) Number++;
        return line;
    }

    private string? ReadLine()
    {
        while (true)
        {
            if (_at == _length)
            {
                (_at, _length) = (0, text.Read(_buffer));
                if (_length == 0) return _part.Length == 0 ? null : Take([]);
            }

            Span<char> rest = _buffer.AsSpan(_at, _length - _at);
            int end = rest.IndexOf('\n');
            if (end >= 0)
            {
                _at += end + 1;
                return Take(rest[..end]);
            }

            _at = _length;
            _part.Append(rest);
            if (_part.Length > MaxLine) throw new DatasetFormatException($"{name} has a line of more than {MaxLine} characters (line {_read + 1}): this is no market data.");
        }
    }

    private string Take(ReadOnlySpan<char> last)
    {
        _read++;
        if (_part.Length > 0)
        {
            _part.Append(last);
            string joined = _part.ToString().TrimEnd('\r');
            _part.Clear();
            return joined;
        }

        return last.TrimEnd('\r').ToString();
    }
}
