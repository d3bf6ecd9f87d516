namespace DaprTrading.MarketData;

/// <summary>In which order dates with slashes are written: the file tells by a first or second number above 12.</summary>
internal static class SlashedDates
{
    /// <summary>Whether the day comes first in the dates of some lines; null when none of them tells.</summary>
    public static bool? IsDayFirst(IEnumerable<string> lines, RowLayout layout)
    {
        foreach (string line in lines)
        {
            string[] cells = line.Split(layout.Separator);
            if (cells.Length <= layout.Time) continue;
            string[] parts = cells[layout.Time].Trim().Trim('"').Split('/');
            if (parts.Length != 3 || !int.TryParse(parts[0], out int first) || !int.TryParse(parts[1], out int second)) continue;
            if (first is > 12 and <= 31) return true;
            if (second > 12) return false;
        }

        return null;
    }

    /// <summary>Whether a cell is such a date, or begins with one.</summary>
    public static bool Is(ReadOnlySpan<char> cell) => cell.Length >= 8 && cell.IndexOf('/') is 1 or 2;

    /// <summary>A date, or a date and a time of day behind a space.</summary>
    public static bool TryParse(ReadOnlySpan<char> cell, RowLayout layout, out long time, out bool isDate)
    {
        int space = cell.IndexOf(' ');
        isDate = space < 0;
        time = 0;
        if (!BarTime.TryParseSlashed(isDate ? cell : cell[..space], layout.IsDayFirst, out DateOnly date)) return false;
        time = BarTime.Midnight(date);
        if (isDate) return true;
        if (!BarTime.TryParseClock(cell[(space + 1)..].Trim(), out TimeOnly clock)) return false;
        time = BarTime.InZone(date, clock.ToTimeSpan(), layout.Zone);
        return true;
    }
}

/// <summary>Notices clock times of a New York session that are read as UTC.</summary>
internal sealed class SessionWatch
{
    private static readonly TimeSpan Open = new(9, 30, 0), Close = new(16, 0, 0);
    private TimeSpan _first = TimeSpan.MaxValue, _last = TimeSpan.MinValue;

    /// <summary>Whether the times seen begin when New York opens and never lie outside of its session.</summary>
    public bool LooksLikeNewYork => _first >= Open && _first <= Open + TimeSpan.FromMinutes(1) && _last <= Close && _last > _first;

    /// <summary>Takes the time of a row.</summary>
    public void Add(long time)
    {
        TimeSpan ofDay = DateTimeOffset.FromUnixTimeMilliseconds(time).TimeOfDay;
        if (ofDay < _first) _first = ofDay;
        if (ofDay > _last) _last = ofDay;
    }
}
