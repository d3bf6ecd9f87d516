namespace DaprTrading.Backtesting.Cli;

/// <summary>Reads history from a file.</summary>
internal interface IBarReader
{
    /// <summary>The bars of every symbol in a file, by their end.</summary>
    /// <exception cref="InvalidDataException">The file is no market data; the message names file, line and column.</exception>
    IReadOnlyDictionary<string, IReadOnlyList<PriceBar>> Read(string path);
}
