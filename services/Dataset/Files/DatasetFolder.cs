using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Files;

/// <summary>The folder of files that can be replayed. Nothing outside of it is ever read.</summary>
internal sealed class DatasetFolder(IOptions<DatasetOptions> options, IHostEnvironment environment)
{
    private readonly string _path = Path.GetFullPath(options.Value.Folder, environment.ContentRootPath);

    public IReadOnlyList<DatasetFile> List() => Directory.Exists(_path)
        ? [.. Directory.EnumerateFiles(_path, "*.csv").Order(StringComparer.Ordinal).Select(Describe)]
        : [];

    public DatasetFile? Find(string name) => List().FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a file of the folder.</summary>
    /// <exception cref="DatasetFormatException">The file is too large or no market data.</exception>
    public async Task<FileContent> ReadAsync(DatasetFile file, CancellationToken cancellationToken)
    {
        if (file.Bytes > options.Value.MaxFileBytes) throw new DatasetFormatException($"{file.File} is larger than {options.Value.MaxFileBytes} bytes.");
        using StreamReader reader = File.OpenText(Path.Combine(_path, file.File));
        return await CsvReader.ReadAsync(reader, SymbolOf(file.Name), cancellationToken);
    }

    // AAPL-20140605 is a day of AAPL.
    internal static string SymbolOf(string name)
    {
        int dash = name.LastIndexOf('-');
        return dash > 0 && name[(dash + 1)..].All(char.IsAsciiDigit) ? name[..dash] : name;
    }

    private static DatasetFile Describe(string path) => new(Path.GetFileNameWithoutExtension(path), Path.GetFileName(path), new FileInfo(path).Length);
}
