using DaprTrading.LocalRuntime.Host.Building;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>The flags one of Dapr's programs says it has: they differ between releases, and a program ends at once when it is given one it does not have.</summary>
internal sealed class ProgramFlags
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly HashSet<string> _names;

    private ProgramFlags(IEnumerable<string> names) => _names = names.ToHashSet(StringComparer.Ordinal);

    /// <summary>Asks the program for its help.</summary>
    /// <exception cref="UserException">It cannot be started, or has no help.</exception>
    public static async Task<ProgramFlags> ReadAsync(string program, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            (int code, string help) = await Tool.CaptureAsync(program, ["--help"], limit.Token).ConfigureAwait(false);
            var flags = new ProgramFlags(help.Split('\n').Select(line => line.TrimStart()).Where(line => line.StartsWith("--", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]));
            return flags._names.Count > 0 ? flags : throw new UserException($"{program} --help named no flags (exit code {code}): is it the program of Dapr?");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UserException($"{program} --help did not end within {Longest.TotalSeconds:0} s: is it the program of Dapr?", e);
        }
    }

    /// <summary>Those of the flags, each with its value, that the program has.</summary>
    public IEnumerable<string> Known(params IEnumerable<(string Flag, string Value)> flags) =>
        flags.Where(flag => _names.Contains(flag.Flag)).SelectMany(flag => (string[])[flag.Flag, flag.Value]);
}
