namespace DaprTrading.MarketData;

/// <summary>One row that is a bar, as its file has it.</summary>
/// <param name="Start">Start of the bar, or for a date the date's midnight, Unix milliseconds; UTC.</param>
/// <param name="End">End of the bar; 0 where the file does not say.</param>
/// <param name="IsDate">True when the file gives a date without a time of day.</param>
internal readonly record struct Row(
    string Symbol, long Start, long End, bool IsDate, double Open, double High, double Low, double Close, double Volume, int Line);

/// <summary>Gathers the rows of one or many files; knows when each bar ended, puts them in order of that time and numbers them.</summary>
/// <param name="maxBars">Bars kept at most.</param>
internal sealed class BarCollector(int maxBars)
{
    private const int MaxBadRows = 100;
    private readonly List<Row> _rows = [];
    private readonly List<BadRow> _bad = [];
    private readonly SortedSet<string> _formats = new(StringComparer.Ordinal);
    private readonly JumpWatch _jumps = new();
    private int _badCount, _fileStart;
    private string _file = "";

    /// <summary>Whether more than one file is read, so that reasons have to name theirs.</summary>
    public bool NamesFiles { get; init; }

    public void BeginFile(string name, string format)
    {
        _file = name;
        _fileStart = _rows.Count;
        _formats.Add(format);
    }

    public void Add(in Row row)
    {
        if (_rows.Count >= maxBars) throw new DatasetFormatException($"{_file} has too many bars: at most {maxBars} are replayed at once.");
        _rows.Add(row);
    }

    public void Bad(int line, string reason)
    {
        if (++_badCount <= MaxBadRows) _bad.Add(new BadRow(line, NamesFiles ? $"{_file}: {reason}" : reason));
    }

    /// <summary>Works out when the bars of the file just read ended.</summary>
    public void EndFile()
    {
        if (_rows.Count == _fileStart) return;
        if (BarEnds.Find(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows)[_fileStart..]) == 0)
        {
            _jumps.Warn($"{_file} does not say how long its bars are: each is taken as known at its own time.");
        }
    }

    /// <summary>All bars by time.</summary>
    /// <exception cref="DatasetFormatException">There is none.</exception>
    public FileContent Build()
    {
        if (_rows.Count == 0)
        {
            string first = _bad.Count > 0 ? $", the first (line {_bad[0].Line}) because {_bad[0].Reason}" : "";
            throw new DatasetFormatException($"No row is a bar; {_badCount} rows were refused{first}.");
        }

        Sort();
        var last = new Dictionary<string, FileBar>(StringComparer.OrdinalIgnoreCase);
        var bars = new List<FileBar>(_rows.Count);
        foreach (Row row in _rows)
        {
            FileBar? before = last.GetValueOrDefault(row.Symbol);
            if (before?.End == row.End)
            {
                Bad(row.Line, $"{row.Symbol} has a bar of that time already");
                continue;
            }

            var bar = new FileBar(before?.Symbol ?? row.Symbol, row.End, row.Open, row.High, row.Low, row.Close, row.Volume, (before?.Sequence ?? 0) + 1);
            _jumps.Check(before, bar);
            last[row.Symbol] = bar;
            bars.Add(bar);
        }

        return new FileContent(bars, _bad, _badCount) { Formats = [.. _formats], Warnings = _jumps.Warnings };
    }

    // Rows of the same time stay in the order they were read in, whatever the sort does with equal ones.
    private void Sort()
    {
        for (int i = 1; i < _rows.Count; i++)
        {
            if (_rows[i].End >= _rows[i - 1].End) continue;
            Row[] sorted = [.. _rows.OrderBy(row => row.End)];
            _rows.Clear();
            _rows.AddRange(sorted);
            return;
        }
    }
}
