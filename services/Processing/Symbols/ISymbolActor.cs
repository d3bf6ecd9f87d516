using Dapr.Actors;
using DaprTrading.Contracts;

namespace DaprTrading.Processing.Symbols;

/// <summary>The series of one symbol. The actor's id is the symbol.</summary>
public interface ISymbolActor : IActor
{
    /// <summary>Takes in bars: in any order, again, with holes.</summary>
    Task<ApplyResult> ApplyAsync(BarBatch batch, CancellationToken cancellationToken);

    /// <summary>Does not wait for bars any longer that nobody could apply. They are applied late should they come after all.</summary>
    Task<ApplyResult> ForgoAsync(BarBatch lost, CancellationToken cancellationToken);
}

/// <summary>What became of the bars of one call.</summary>
/// <param name="Applied">Bars that became points now, held ones whose turn came included.</param>
/// <param name="Repeats">Bars ignored because they had been applied before.</param>
/// <param name="Held">Bars of the symbol that wait for others now.</param>
/// <param name="Missing">Bars given up because they did not come in time.</param>
public sealed record ApplyResult(int Applied, int Repeats, int Held, long Missing);
