namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>A lock between processes that ends with the process that holds it.</summary>
internal static class FileLock
{
    /// <summary>Takes the lock, or answers null when another process has it.</summary>
    public static FileStream? TryTake(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Waits for the lock.</summary>
    public static async Task<FileStream> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        FileStream? taken;
        while ((taken = TryTake(path)) is null) await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken).ConfigureAwait(false);
        return taken;
    }
}
