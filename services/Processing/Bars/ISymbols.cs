using DaprTrading.Contracts;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Processing.Bars;

/// <summary>The symbols' actors, wherever they are.</summary>
internal interface ISymbols
{
    /// <summary>Has the symbol's actor take in a batch; throws when it did not.</summary>
    Task<ApplyResult> ApplyAsync(BarBatch batch, CancellationToken cancellationToken);

    /// <summary>Has the symbol's actor go on without these bars; throws when it did not.</summary>
    Task<ApplyResult> ForgoAsync(BarBatch lost, CancellationToken cancellationToken);
}
