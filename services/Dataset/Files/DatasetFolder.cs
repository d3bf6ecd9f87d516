using DaprTrading.MarketData;
using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Files;

/// <summary>The folders of files that can be replayed. Files are named by what a listing shows, so nothing outside is ever read.</summary>
internal sealed class DatasetFolder
{
    private const int MaxFiles = 5_000;
    private readonly ReadLimits _limits;
    private readonly string[] _folders;

    public DatasetFolder(IOptions<DatasetOptions> options, IHostEnvironment environment)
    {
        DatasetOptions settings = options.Value;
        _limits = new ReadLimits(settings.MaxFileBytes, settings.MaxBars);
        string shipped = Path.GetFullPath(settings.Folder, environment.ContentRootPath);
        string? added = settings.AddedFolder is { Length: > 0 } folder ? Path.GetFullPath(folder, environment.ContentRootPath) : null;
        _folders = added is null ? [shipped] : [shipped, added];
    }

    /// <summary>What can be replayed, by name.</summary>
    public IReadOnlyList<DatasetFile> List()
    {
        DatasetFile[] files =
        [
            .. _folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder)).Where(FileNames.IsData).Take(MaxFiles).Select(Describe),
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

    /// <summary>Reads files of the folder into one series of bars by time.</summary>
    /// <exception cref="DatasetFormatException">A file is too large or no market data.</exception>
    public Task<FileContent> ReadAsync(IReadOnlyList<DatasetFile> files, ReadSettings settings, CancellationToken cancellationToken) =>
        Task.Run(() => MarketFiles.Read([.. files.Select(file => Path.Combine(file.Folder, file.File))], settings, _limits, cancellationToken), cancellationToken);

    private static DatasetFile Describe(string path) => new(FileNames.NameOf(Path.GetFileName(path)), Path.GetFileName(path), new FileInfo(path).Length) { Folder = Path.GetDirectoryName(path)! };
}
