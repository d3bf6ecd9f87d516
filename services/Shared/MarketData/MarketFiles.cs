namespace DaprTrading.MarketData;

/// <summary>Reads files of market data, whatever they are wrapped in and however they are laid out.</summary>
public static class MarketFiles
{
    /// <summary>Reads files into one series of bars by time.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="settings">How to read them.</param>
    /// <param name="limits">How much to read at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetFormatException">A file is too large or no market data.</exception>
    /// <exception cref="IOException">A file is not there or cannot be read.</exception>
    public static FileContent Read(IReadOnlyList<string> paths, ReadSettings settings, ReadLimits limits, CancellationToken cancellationToken)
    {
        var bars = new BarCollector(limits.MaxBars) { AsOf = settings.AsOf };
        var budget = new ReadBudget(limits.MaxBytes);
        foreach (string path in paths)
        {
            string name = Path.GetFileName(path);
            using FileStream stream = File.OpenRead(path);
            if (stream.Length > limits.MaxBytes) throw new DatasetLimitException($"{name} is larger than {limits.MaxBytes} bytes.");
            MarketDataReader.Read(stream, name, settings, budget, bars, cancellationToken);
        }

        return bars.Build();
    }
}
