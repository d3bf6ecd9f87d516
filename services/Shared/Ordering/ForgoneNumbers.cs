using System.Runtime.InteropServices;

namespace DaprTrading.Ordering;

/// <summary>Numbers further ahead that are known not to come, while a batch is being applied. Copies what it was given before it changes it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct ForgoneNumbers(IReadOnlyList<NumberRange>? from)
{
    /// <summary>Most ranges remembered; those furthest ahead are left to the time-out.</summary>
    internal const int MaxRanges = 64;

    private List<NumberRange>? _changed;

    /// <summary>The numbers now, ascending; null when there are none.</summary>
    public readonly IReadOnlyList<NumberRange>? Ranges => _changed is null ? from : _changed.Count == 0 ? null : _changed;

    /// <summary>Takes note of a number.</summary>
    /// <returns>False when it is known already, or there is no room for it.</returns>
    public bool Add(long number)
    {
        IReadOnlyList<NumberRange> ranges = Ranges ?? [];
        int at = 0;
        while (at < ranges.Count && ranges[at].To < number - 1)
            at++;
        if (at == ranges.Count)
        {
            if (at == MaxRanges)
                return false;
            Change().Add(new NumberRange(number, number));
            return true;
        }

        NumberRange range = ranges[at];
        if (number >= range.From && number <= range.To)
            return false;
        List<NumberRange> changed = Change();
        if (number < range.From - 1)
        {
            changed.Insert(at, new NumberRange(number, number));
            if (changed.Count > MaxRanges)
                changed.RemoveAt(MaxRanges);
            return true;
        }

        changed[at] = new NumberRange(Math.Min(range.From, number), Math.Max(range.To, number));
        if (at + 1 < changed.Count && changed[at + 1].From == changed[at].To + 1)
        {
            changed[at] = changed[at] with { To = changed[at + 1].To };
            changed.RemoveAt(at + 1);
        }

        return true;
    }

    /// <summary>Takes out a number that came after all. What is left of a range may be two of them.</summary>
    public void Remove(long number)
    {
        IReadOnlyList<NumberRange>? ranges = Ranges;
        for (int i = 0; i < (ranges?.Count ?? 0); i++)
        {
            NumberRange range = ranges![i];
            if (number < range.From || number > range.To)
                continue;
            List<NumberRange> changed = Change();
            changed.RemoveAt(i);
            if (number < range.To)
                changed.Insert(i, new NumberRange(number + 1, range.To));
            if (number > range.From)
                changed.Insert(i, new NumberRange(range.From, number - 1));
            if (changed.Count > MaxRanges)
                changed.RemoveAt(MaxRanges);
            return;
        }
    }

    /// <summary>Takes out the range that begins with a number, and what lies below it.</summary>
    /// <returns>The number behind the range; <paramref name="next"/> itself when none begins there.</returns>
    public long PassFrom(long next)
    {
        IReadOnlyList<NumberRange>? ranges = Ranges;
        if (ranges is null || ranges[0].From > next)
            return next;
        List<NumberRange> changed = Change();
        while (changed.Count > 0 && changed[0].From <= next)
        {
            next = Math.Max(next, changed[0].To + 1);
            changed.RemoveAt(0);
        }

        return next;
    }

    private List<NumberRange> Change() => _changed ??= [.. from ?? []];
}
