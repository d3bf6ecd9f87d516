using DaprTrading.Contracts;

namespace DaprTrading.Ordering;

/// <summary>Bars are numbered by <see cref="Bar.Sequence"/> within their source.</summary>
public sealed class BarOrder : ISequenced<Bar>
{
    private BarOrder()
    {
    }

    /// <inheritdoc/>
    public static long NumberOf(Bar item) => item.Sequence;
}
