using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Files;

/// <summary>The folders of files that can be replayed. Files are named by what a listing shows, so nothing outside is ever read.</summary>
internal sealed class DatasetFolder
{
    private const int MaxFiles = 5_000;
    private static readonly string[] Extensions = [".csv", ".txt", ".json", ".zip"];
    private readonly DatasetOptions _options;
    private readonly string[] _folders;

    public DatasetFolder(IOptions<DatasetOptions> options, IHostEnvironment environment)
    {
        _options = options.Value;
        string shipped = Path.GetFullPath(_options.Folder, environment.ContentRootPath);
        string? added = _options.AddedFolder is { Length: > 0 } folder ? Path.GetFullPath(folder, environment.ContentRootPath) : null;
        _folders = added is null ? [shipped] : [shipped, added];
    }

    /// <summary>What can be replayed, by name.</summary>
    public IReadOnlyList<DatasetFile> List()
    {
        DatasetFile[] files =
        [
            .. _folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder)).Where(IsData).Take(MaxFiles).Select(Describe),
        ];
        HashSet<string> twice = [.. files.GroupBy(file => file.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key)];
        return [.. files.Select(file => twice.Contains(file.Name) ? file with { Name = file.File } : file).OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>A file by its name or file name; where both folders have it, the added one.</summary>
    public DatasetFile? Find(string name)
    {
        IReadOnlyList<DatasetFile> files = List();
        return files.LastOrDefault(file => string.Equals(file.File, name, StringComparison.OrdinalIgnoreCase))
            ?? files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads a file of the folder, its format recognised.</summary>
    /// <exception cref="DatasetFormatException">The file is too large or no market data.</exception>
    public Task<FileContent> ReadAsync(DatasetFile file, CancellationToken cancellationToken) => ReadAsync([file], ReadSettings.Default, cancellationToken);

    /// <summary>Reads files of the folder into one series of bars by time.</summary>
    /// <exception cref="DatasetFormatException">A file is too large or no market data.</exception>
    public Task<FileContent> ReadAsync(IReadOnlyList<DatasetFile> files, ReadSettings settings, CancellationToken cancellationToken) =>
        Task.Run(() => Read(files, settings, cancellationToken), cancellationToken);

    // AAPL-20140605 is a day of AAPL, aapl_us_d what Stooq calls a download of AAPL.US, BTCUSDT-1d-2025-01 a month of BTCUSDT.
    internal static string SymbolOf(string name)
    {
        string[] stooq = name.Split('_');
        if (stooq is [var ticker, var market, "d" or "w" or "m"]) return $"{ticker}.{market}".ToUpperInvariant();

        int dash = name.LastIndexOf('-');
        return dash > 0 && name[(dash + 1)..].All(char.IsAsciiDigit) ? name[..dash] : name;
    }

    /// <summary>A file name without its extensions: <c>SPY.csv.gz</c> is <c>SPY</c>.</summary>
    internal static string NameOf(string file)
    {
        string name = WithoutExtension(file, ".gz");
        foreach (string extension in Extensions) name = WithoutExtension(name, extension);
        return name;
    }

    internal static string WithoutExtension(string name, string extension) =>
        name.Length > extension.Length && name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name[..^extension.Length] : name;

    private FileContent Read(IReadOnlyList<DatasetFile> files, ReadSettings settings, CancellationToken cancellationToken)
    {
        var bars = new BarCollector(_options.MaxBars) { NamesFiles = files.Count > 1 };
        var budget = new ReadBudget(_options.MaxFileBytes);
        foreach (DatasetFile file in files)
        {
            if (file.Bytes > _options.MaxFileBytes) throw new DatasetFormatException($"{file.File} is larger than {_options.MaxFileBytes} bytes.");
            using FileStream stream = File.OpenRead(Path.Combine(file.Folder, file.File));
            MarketDataReader.Read(stream, file.File, settings, budget, bars, cancellationToken);
        }

        return bars.Build();
    }

    private static bool IsData(string path) =>
        Extensions.Contains(Path.GetExtension(WithoutExtension(path, ".gz")), StringComparer.OrdinalIgnoreCase);

    private static DatasetFile Describe(string path) => new(NameOf(Path.GetFileName(path)), Path.GetFileName(path), new FileInfo(path).Length) { Folder = Path.GetDirectoryName(path)! };
}
