using System.Text;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Cuts a child's output into lines of bounded length and passes on those at warning level or above, with their continuation lines.</summary>
/// <remarks>Knows the formats of .NET's simple and JSON console loggers and of Python's <c>logging</c>. Not thread-safe.</remarks>
internal sealed class LineFilter(Action<string> sink)
{
    private const int LongestLine = 2_000;
    private static readonly string[] Marks = ["warn:", "fail:", "crit:", "WARNING", "ERROR", "CRITICAL", "Unhandled exception"];
    private static readonly string[] JsonMarks = ["\"LogLevel\":\"Warning\"", "\"LogLevel\":\"Error\"", "\"LogLevel\":\"Critical\""];

    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _passing;

    /// <summary>Takes the next piece of output.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        char[] chars = new char[bytes.Length + 1];
        int count = _decoder.GetChars(bytes, chars, flush: false);
        foreach (char c in chars.AsSpan(0, count))
        {
            if (c == '\n') EndLine();
            else if (c != '\r' && _line.Length < LongestLine) _line.Append(c);
        }
    }

    private void EndLine()
    {
        string line = _line.ToString();
        _line.Clear();
        if (line.Length == 0) return;

        bool continued = char.IsWhiteSpace(line[0]);
        if (!continued) _passing = Array.Exists(Marks, mark => line.StartsWith(mark, StringComparison.Ordinal)) || Array.Exists(JsonMarks, line.Contains);
        if (_passing) sink(line);
    }
}
