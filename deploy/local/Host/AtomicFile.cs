namespace DaprTrading.LocalRuntime.Host;

/// <summary>Writes small files so that a reader sees the old or the new content, never half of it. Only the owner may read them.</summary>
internal static class AtomicFile
{
    /// <summary>Replaces the file's content.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options)) file.Write(content);
        File.Move(temporary, path, overwrite: true);
    }
}
