using System.Globalization;
using System.Runtime.InteropServices;
using DaprTrading.Contracts;

namespace DaprTrading.MarketData;

/// <summary>One row that is a bar, as its file has it.</summary>
/// <param name="Start">Start of the bar, or for a date the date's midnight, Unix milliseconds; UTC.</param>
/// <param name="End">End of the bar; 0 where the file does not say.</param>
/// <param name="IsDate">True when the file gives a date without a time of day.</param>
/// <param name="File">Index of its file among those read.</param>
internal readonly record struct Row(
    string Symbol, long Start, long End, bool IsDate, double Open, double High, double Low, double Close, double Volume, int Line, int File = 0);

/// <summary>Gathers the rows of one or many files; knows when each bar ended, puts them in order of that time and numbers them.</summary>
/// <remarks>What the gateway would refuse is no bar here either, so that the bars of a symbol are numbered without gaps.</remarks>
/// <param name="maxBars">Bars kept at most.</param>
internal sealed class BarCollector(int maxBars)
{
    private const int MaxBadRows = 100;
    private const double MaxMagnitude = 1e15;
    private readonly List<Row> _rows = [];
    private readonly List<(int File, BadRow Row)> _bad = [];
    private readonly List<string> _files = [];
    private readonly Dictionary<string, string?> _symbols = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _formats = new(StringComparer.Ordinal);
    private readonly JumpWatch _jumps = new();
    private int _badCount, _fileStart;

    /// <summary>Bars that end later are not over yet; null: all are.</summary>
    public long? AsOf { get; init; }

    public void BeginFile(string name, string format)
    {
        _files.Add(name);
        _fileStart = _rows.Count;
        _formats.Add(format);
    }

    public void Add(in Row row)
    {
        if (Symbol(row.Symbol) is not { } symbol)
        {
            Bad(row.Line, $"symbol is '{CsvHeader.Shorten(row.Symbol)}'; 1 to {CanonicalSymbol.MaxLength} letters, digits or . - _ ^ = / are expected");
            return;
        }

        if (!(row.Low > 0) || row.High > MaxMagnitude || row.Volume > MaxMagnitude)
        {
            Bad(row.Line, string.Create(CultureInfo.InvariantCulture, $"low {row.Low}, high {row.High} or volume {row.Volume} is out of range: prices are above 0, and nothing is above {MaxMagnitude:0e0}"));
            return;
        }

        if (_rows.Count >= maxBars) throw new DatasetLimitException($"{_files[^1]} has too many bars: at most {maxBars} are replayed at once.");
        _rows.Add(row with { Symbol = symbol, File = _files.Count - 1 });
    }

    public void Bad(int line, string reason) => Bad(_files.Count - 1, line, reason);

    public void Warn(string text) => _jumps.Warn(text);

    /// <summary>Where the reading of a file begins, to come back to with <see cref="Undo"/>.</summary>
    public (int Rows, int Bad, int BadCount, int Files) Mark() => (_rows.Count, _bad.Count, _badCount, _files.Count);

    /// <summary>Forgets everything since a mark: a file that turned out to be none in the middle.</summary>
    public void Undo((int Rows, int Bad, int BadCount, int Files) mark)
    {
        _rows.RemoveRange(mark.Rows, _rows.Count - mark.Rows);
        _bad.RemoveRange(mark.Bad, _bad.Count - mark.Bad);
        _badCount = mark.BadCount;
        _files.RemoveRange(mark.Files, _files.Count - mark.Files);
    }

    /// <summary>Works out when the bars of the file just read ended.</summary>
    public void EndFile()
    {
        if (_rows.Count == _fileStart) return;
        BarLengths lengths = BarEnds.Find(CollectionsMarshal.AsSpan(_rows)[_fileStart..]);
        if (lengths.Shortest == 0) Warn($"{_files[^1]} does not say how long its bars are: each is taken as known at its own time.");
        if (lengths.Short > 0)
            Warn($"{_files[^1]} has bars of different lengths: most last {Words(lengths.Usual)}, but {lengths.Short} are followed sooner and are taken as over then.");
    }

    /// <summary>All bars by time.</summary>
    /// <exception cref="DatasetFormatException">There is none.</exception>
    public FileContent Build()
    {
        Sort();
        var last = new Dictionary<string, FileBar>(StringComparer.Ordinal);
        var bars = new List<FileBar>(_rows.Count);
        foreach (ref readonly Row row in CollectionsMarshal.AsSpan(_rows))
        {
            FileBar? before = last.GetValueOrDefault(row.Symbol);
            if (Reason(row, before) is { } reason)
            {
                Bad(row.File, row.Line, reason);
                continue;
            }

            var bar = new FileBar(row.Symbol, row.End, row.Open, row.High, row.Low, row.Close, row.Volume, (before?.Sequence ?? 0) + 1);
            _jumps.Check(before, bar);
            last[row.Symbol] = bar;
            bars.Add(bar);
        }

        BadRow[] bad = [.. _bad.Select(one => _files.Count > 1 ? one.Row with { Reason = $"{_files[one.File]}: {one.Row.Reason}" } : one.Row)];
        if (bars.Count > 0) return new FileContent(bars, bad, _badCount) { Formats = [.. _formats], Warnings = _jumps.Warnings };

        string first = bad.Length > 0 ? $", the first (line {bad[0].Line}) because {bad[0].Reason}" : "";
        throw new DatasetFormatException($"No row is a bar; {_badCount} rows were refused{first}.");
    }

    private string? Reason(in Row row, FileBar? before)
    {
        if (row.End < 0) return $"it ends on {Moment(row.End)}, before 1970";
        if (row.End > AsOf) return $"it is not over yet: it ends on {Moment(row.End)}";
        return before?.End == row.End ? $"{row.Symbol} has a bar of that time already" : null;
    }

    private string? Symbol(string text)
    {
        if (_symbols.TryGetValue(text, out string? known)) return known;
        return _symbols[text] = CanonicalSymbol.TryNormalize(text, out string symbol) ? symbol : null;
    }

    private void Bad(int file, int line, string reason)
    {
        if (++_badCount <= MaxBadRows) _bad.Add((file, new BadRow(line, reason)));
    }

    private static string Moment(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Words(long length)
    {
        TimeSpan span = TimeSpan.FromMilliseconds(length);
        return string.Create(CultureInfo.InvariantCulture, $"{(span.TotalDays >= 1 ? span.TotalDays : span.TotalHours >= 1 ? span.TotalHours : span.TotalMinutes >= 1 ? span.TotalMinutes : span.TotalSeconds):0.##} {(span.TotalDays >= 1 ? "d" : span.TotalHours >= 1 ? "h" : span.TotalMinutes >= 1 ? "min" : "s")}");
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
