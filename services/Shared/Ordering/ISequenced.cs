namespace DaprTrading.Ordering;

/// <summary>How to read the number that orders items of type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
public interface ISequenced<in T>
{
    /// <summary>The number of <paramref name="item"/>, contiguous from 1 within its series.</summary>
    static abstract long NumberOf(T item);
}
