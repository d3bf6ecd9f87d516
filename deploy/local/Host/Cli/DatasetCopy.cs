namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary>Copies files into the folder of added data sets, which the dataset service lists. What is copied there never changes, so that a replay can go on after a restart.</summary>
internal sealed class DatasetCopy(DataDirectory data)
{
    private const long MaxFile = 512L * 1024 * 1024;
    private const long MaxFolder = 4 * MaxFile;
    private const int MaxSameName = 1_000;
    private static readonly string[] Extensions = [".csv", ".txt", ".json", ".zip"];

    private string Folder => Path.Combine(data.Path, "datasets");

    /// <summary>Copies a file and answers its name there.</summary>
    /// <exception cref="UserException">It is no file of data, or there is no room.</exception>
    public string Add(string path)
    {
        var file = new FileInfo(path);
        string name = NameFor(file);
        if (file.Length > MaxFile) throw new UserException($"{path} is larger than {MaxFile >> 20} MiB.");
        Directory.CreateDirectory(Folder);
        for (int i = 1; i <= MaxSameName; i++)
        {
            string candidate = i == 1 ? name : Numbered(name, i);
            string target = Path.Combine(Folder, candidate);
            if (!File.Exists(target))
            {
                Copy(file, target);
                return candidate;
            }

            if (IsSame(file, new FileInfo(target))) return candidate;
        }

        throw new UserException($"{Folder} has too many files named {name}: delete those that are not needed.");
    }

    private void Copy(FileInfo file, string target)
    {
        long used = new DirectoryInfo(Folder).EnumerateFiles().Sum(other => other.Length);
        if (used + file.Length > MaxFolder) throw new UserException($"{Folder} would be larger than {MaxFolder >> 20} MiB: delete what is not needed.");

        // The service reads whole files only: the name appears when the copy is complete.
        string part = target + ".part";
        File.Copy(file.FullName, part, overwrite: true);
        File.Move(part, target);
    }

    // Lean's 20131007_trade.zip says which day but not which symbol: its folder does.
    private static string NameFor(FileInfo file)
    {
        string plain = file.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file.Name[..^3] : file.Name;
        if (!Extensions.Contains(Path.GetExtension(plain), StringComparer.OrdinalIgnoreCase))
        {
            throw new UserException($"{file.Name}: expected a file ending in {string.Join(", ", Extensions)}, or one of these and .gz.");
        }

        bool isLeanDay = file.Name.Length > 9 && file.Name[8] == '_' && file.Name[..8].All(char.IsAsciiDigit);
        return isLeanDay && file.Directory is { } folder ? $"{folder.Name}-{file.Name}" : file.Name;
    }

    // SPY-2.csv is still SPY: a number behind a dash is no part of the symbol.
    private static string Numbered(string name, int number)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return $"{name[..dot]}-{number}{name[dot..]}";
    }

    private static bool IsSame(FileInfo one, FileInfo other)
    {
        if (one.Length != other.Length) return false;

        using FileStream left = one.OpenRead(), right = other.OpenRead();
        byte[] a = new byte[81_920], b = new byte[81_920];
        int read;
        while ((read = left.ReadAtLeast(a, a.Length, throwOnEndOfStream: false)) > 0)
        {
            if (right.ReadAtLeast(b, b.Length, throwOnEndOfStream: false) != read || !a.AsSpan(0, read).SequenceEqual(b.AsSpan(0, read))) return false;
        }

        return true;
    }
}
