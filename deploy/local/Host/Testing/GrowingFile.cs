namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>A file that a test writes line by line while it runs; lines are told once.</summary>
internal sealed class GrowingFile(string path)
{
    private readonly Lock _gate = new();
    private int _told;

    /// <summary>The lines that came since the last call.</summary>
    public IReadOnlyList<string> ReadNew()
    {
        lock (_gate)
        {
            if (!File.Exists(path)) return [];
            string[] lines = File.ReadAllLines(path);
            string[] added = lines[Math.Min(_told, lines.Length)..];
            _told = lines.Length;
            return added;
        }
    }
}
