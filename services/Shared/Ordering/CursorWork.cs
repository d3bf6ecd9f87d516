namespace DaprTrading.Ordering;

/// <summary>A cursor while a batch is being applied: the ordering core.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <typeparam name="TOrder">How the items are numbered.</typeparam>
internal sealed class CursorWork<T, TOrder>(SequenceCursor<T> from, OrderingLimits limits)
    where TOrder : ISequenced<T>
{
    private List<T>? _held = from.Held.Count == 0 ? null : [.. from.Held];
    private LateGaps _late = new(from.Skipped, limits.MaxLateGaps);
    private long _next = from.Next;
    private long? _gapSince = from.GapSince;

    public int HeldCount => _held?.Count ?? 0;

    public long? GapSince => _gapSince;

    /// <summary>Items released although their gap had been given up.</summary>
    public int Late { get; private set; }

    /// <summary>True when something was released, held or skipped.</summary>
    public bool Changed { get; private set; }

    /// <summary>Takes in one item and releases it, and what waited for it, when it is its turn.</summary>
    /// <returns>False for a repeat.</returns>
    public bool Offer(T item, List<T> released)
    {
        long number = TOrder.NumberOf(item);
        if (number < _next)
            return OfferLate(item, number, released);
        if (number > _next)
            return Hold(item, number);

        Changed = true;
        released.Add(item);
        _next++;
        if (HeldCount > 0)
            ReleaseHeld(released);
        return true;
    }

    /// <summary>Gives up what is missing before the first held item.</summary>
    /// <returns>How many numbers were skipped.</returns>
    public long Skip(List<T> released)
    {
        if (HeldCount == 0)
            return 0;
        long first = TOrder.NumberOf(_held![0]);
        long missing = first - _next;
        _late.Add(_next, first - 1);
        _next = first;
        Changed = true;
        ReleaseHeld(released);
        return missing;
    }

    /// <summary>Gives up one number that is known not to come, if it is the next one.</summary>
    /// <returns>False when it is not the next.</returns>
    public bool Forgo(long number, List<T> released)
    {
        if (number != _next)
            return false;
        _late.Add(number, number);
        _next++;
        Changed = true;
        if (HeldCount > 0)
            ReleaseHeld(released);
        return true;
    }

    /// <summary>A gap is as old as the moment it was first seen to be one, and a new one behind it begins to wait anew.</summary>
    public SequenceCursor<T> Finish(long nowMs)
    {
        _gapSince = HeldCount == 0 ? null : _gapSince ?? nowMs;
        return new SequenceCursor<T>(_next, HeldCount == 0 ? [] : _held!, _gapSince) { Skipped = _late.Ranges };
    }

    private bool OfferLate(T item, long number, List<T> released)
    {
        if (!_late.Remove(number))
            return false;
        released.Add(item);
        Late++;
        Changed = true;
        return true;
    }

    private bool Hold(T item, long number)
    {
        _held ??= [];
        int at = _held.Count;
        while (at > 0 && TOrder.NumberOf(_held[at - 1]) > number)
            at--;
        if (at > 0 && TOrder.NumberOf(_held[at - 1]) == number)
            return false;
        _held.Insert(at, item);
        Changed = true;
        return true;
    }

    private void ReleaseHeld(List<T> released)
    {
        int count = 0;
        while (count < _held!.Count && TOrder.NumberOf(_held[count]) == _next)
        {
            released.Add(_held[count++]);
            _next++;
        }

        if (count == 0)
            return;
        _held.RemoveRange(0, count);
        _gapSince = null;
    }
}
