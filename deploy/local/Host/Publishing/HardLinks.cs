using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>Keeps files of equal content once on disk: each self-contained program brings the whole of .NET, and a dozen of them bring it a dozen times.</summary>
internal static partial class HardLinks
{
    // Smaller files are not worth a look.
    private const long Smallest = 16 * 1024;

    /// <summary>Replaces repeated files below a folder by links to the first of them; returns the bytes saved. Where links cannot be made, nothing happens.</summary>
    public static async Task<long> ShareAsync(string folder, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows()) return 0;

        long saved = 0;
        IEnumerable<IGrouping<(long Length, UnixFileMode Mode, string Name), FileInfo>> alike = new DirectoryInfo(folder)
            .EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Length >= Smallest).GroupBy(file => (file.Length, file.UnixFileMode, file.Name));
        foreach (FileInfo[] candidates in alike.Select(group => group.ToArray()).Where(group => group.Length > 1))
        {
            var first = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (FileInfo file in candidates)
            {
                string hash = await HashAsync(file, cancellationToken).ConfigureAwait(false);
                if (first.TryAdd(hash, file.FullName)) continue;
                if (!TryLink(first[hash], file.FullName)) return saved;
                saved += file.Length;
            }
        }

        return saved;
    }

    private static async Task<string> HashAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using FileStream content = file.OpenRead();
        return Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
    }

    // Under another name first, so that the file is there at any moment.
    private static bool TryLink(string existing, string file)
    {
        string link = file + ".link";
        if (NativeLink(existing, link) != 0) return false;
        File.Move(link, file, overwrite: true);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeLink(string existing, string link);
}
