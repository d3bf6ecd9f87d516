using System.Runtime.InteropServices;

namespace DaprTrading.Ordering;

/// <summary>The given-up gaps of a series while a batch is being applied. Copies what it was given before it changes it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct LateGaps(IReadOnlyList<NumberRange>? from, int limit)
{
    private List<NumberRange>? _changed;

    /// <summary>The gaps now; null when there are none.</summary>
    public readonly IReadOnlyList<NumberRange>? Ranges => _changed is null ? from : _changed.Count == 0 ? null : _changed;

    /// <summary>Remembers a gap; the oldest is forgotten when there are too many.</summary>
    public void Add(long first, long last)
    {
        if (limit <= 0)
            return;
        _changed ??= [.. from ?? []];
        if (_changed.Count > 0 && _changed[^1].To == first - 1)
            _changed[^1] = _changed[^1] with { To = last };
        else
            _changed.Add(new NumberRange(first, last));
        ForgetOldest(_changed);
    }

    /// <summary>Takes one number out of the gaps. What is left of a gap may be two of them.</summary>
    /// <returns>False when it is in none.</returns>
    public bool Remove(long number)
    {
        IReadOnlyList<NumberRange>? ranges = _changed ?? from;
        for (int i = 0; i < (ranges?.Count ?? 0); i++)
        {
            NumberRange range = ranges![i];
            if (number < range.From || number > range.To)
                continue;

            _changed ??= [.. ranges];
            _changed.RemoveAt(i);
            if (number < range.To)
                _changed.Insert(i, new NumberRange(number + 1, range.To));
            if (number > range.From)
                _changed.Insert(i, new NumberRange(range.From, number - 1));
            ForgetOldest(_changed);
            return true;
        }

        return false;
    }

    private readonly void ForgetOldest(List<NumberRange> ranges)
    {
        if (ranges.Count > limit)
            ranges.RemoveRange(0, ranges.Count - limit);
    }
}
