using System.Globalization;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Looks into a Redis with its own command line.</summary>
internal static class RedisText
{
    /// <summary>A value of a Dapr state store; null when there is none.</summary>
    public static async Task<string?> ValueAsync(int port, string key, CancellationToken cancellationToken)
    {
        string text = await RunAsync(port, cancellationToken, "HGET", key, "data");
        return text.Length == 0 ? null : text;
    }

    /// <summary>The entries of a stream, one line each, between lines with their ids and field names.</summary>
    public static Task<string> StreamAsync(int port, string stream, CancellationToken cancellationToken) => RunAsync(port, cancellationToken, "XRANGE", stream, "-", "+");

    private static async Task<string> RunAsync(int port, CancellationToken cancellationToken, params string[] command)
    {
        CommandResult result = await CommandLine.RunAsync("redis-cli", ["-p", port.ToString(CultureInfo.InvariantCulture), "--raw", .. command], null, cancellationToken);
        return result.ExitCode == 0 ? result.Output.Trim() : throw new InvalidOperationException($"redis-cli {string.Join(' ', command)} ended with {result.ExitCode}: {result.Error}{result.Output}");
    }
}
