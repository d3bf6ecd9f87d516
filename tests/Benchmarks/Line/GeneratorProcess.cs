using System.Text.RegularExpressions;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Benchmarks.Line;

/// <summary>The project's generator as the load.</summary>
internal static partial class GeneratorProcess
{
    /// <summary>Runs it to its end; returns the bars the gateway acknowledged.</summary>
    public static async Task<long> RunAsync(Uri gateway, CancellationToken cancellationToken, params string[] options)
    {
        CommandResult result = await Testing.CommandLine.RunProjectAsync(
            "DaprTrading.Generator", ["--url", gateway.ToString(), "--events", "0", .. options], cancellationToken);
        if (result.ExitCode != 0) throw new InvalidOperationException($"The generator failed: {result.Error}");
        Match bars = Bars().Matches(result.Output)[^1];
        return long.Parse(bars.Groups["bars"].Value);
    }

    [GeneratedRegex(@"bars/s\s+(?<bars>\d+) bars", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bars();
}
