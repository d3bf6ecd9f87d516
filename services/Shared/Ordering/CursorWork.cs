namespace DaprTrading.Ordering;

/// <summary>A cursor while a batch is being applied: the ordering core.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <typeparam name="TOrder">How the items are numbered.</typeparam>
internal sealed class CursorWork<T, TOrder>(SequenceCursor<T> from, OrderingLimits limits)
    where TOrder : ISequenced<T>
{
    private List<T>? _held = from.Held.Count == 0 ? null : [.. from.Held];
    private LateGaps _late = new(from.Skipped, limits.MaxLateGaps);
    private ForgoneNumbers _forgone = new(from.Forgone);
    private long _next = from.Next;
    private long _lastPassed = -1;
    private long? _gapSince = from.GapSince;

    public int HeldCount => _held?.Count ?? 0;

    public long? GapSince => _gapSince;

    /// <summary>Items released although their gap had been given up.</summary>
    public int Late { get; private set; }

    /// <summary>True when item 1 was released in its turn.</summary>
    public bool BeganAtOne { get; private set; }

    /// <summary>Gaps closed because their items are known not to come.</summary>
    public int GapsPassed { get; private set; }

    /// <summary>Items those gaps were wide.</summary>
    public long MissingPassed { get; private set; }

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
        BeganAtOne |= number == 1;
        released.Add(item);
        _next++;
        GoOn(released);
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
        _forgone.PassFrom(first - 1);
        _next = first;
        Changed = true;
        GoOn(released);
        return missing;
    }

    /// <summary>Gives up one number that is known not to come: at once if it is the next one, otherwise as soon as it is.</summary>
    /// <returns>False when it is applied, held or given up already.</returns>
    public bool Forgo(long number, List<T> released)
    {
        if (number < _next || IsHeld(number) || !_forgone.Add(number))
            return false;
        Changed = true;
        GoOn(released);
        return true;
    }

    /// <summary>A gap is as old as the moment it was first seen to be one, and a new one behind it begins to wait anew.</summary>
    public SequenceCursor<T> Finish(long nowMs)
    {
        _gapSince = HeldCount == 0 ? null : _gapSince ?? nowMs;
        return new SequenceCursor<T>(_next, HeldCount == 0 ? [] : _held!, _gapSince) { Skipped = _late.Ranges, Forgone = _forgone.Ranges };
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
        _forgone.Remove(number);
        Changed = true;
        return true;
    }

    private bool IsHeld(long number)
    {
        for (int i = 0; i < HeldCount; i++)
        {
            if (TOrder.NumberOf(_held![i]) == number)
                return true;
        }

        return false;
    }

    /// <summary>Releases what is due now, and passes over what will not come.</summary>
    private void GoOn(List<T> released)
    {
        long before;
        do
        {
            before = _next;
            if (HeldCount > 0)
                ReleaseHeld(released);
            PassForgone();
        }
        while (_next != before);
    }

    private void PassForgone()
    {
        long behind = _forgone.PassFrom(_next);
        if (behind == _next)
            return;
        _late.Add(_next, behind - 1);
        MissingPassed += behind - _next;
        if (_next != _lastPassed + 1)
            GapsPassed++;
        _lastPassed = behind - 1;
        _next = behind;
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
