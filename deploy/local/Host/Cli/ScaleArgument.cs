using System.Globalization;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary>The argument of <c>up --scale</c>.</summary>
internal static class ScaleArgument
{
    /// <summary>Parses <c>app=N</c> pairs, separated by commas.</summary>
    /// <exception cref="UserException">A pair is malformed.</exception>
    public static IReadOnlyDictionary<string, int> Parse(IEnumerable<string> arguments)
    {
        var scale = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string pair in arguments.SelectMany(argument => argument.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            string[] parts = pair.Split('=');
            if (parts.Length != 2 || parts[0].Length == 0 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int instances))
            {
                throw new UserException($"--scale: expected APP=N, received '{pair}'.");
            }

            scale[parts[0]] = instances;
        }

        return scale;
    }
}
