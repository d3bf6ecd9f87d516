using System.Globalization;

namespace DaprTrading.Conformance.Running;

/// <summary>The command line of the checks.</summary>
public sealed record Arguments
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        Checks a sidecar against Dapr's HTTP contract.

          --http HOST:PORT   HTTP API of the sidecar (app id "web") to check
          --app-port N       port the sidecar expects its app on; the checks listen there
          --redis HOST:PORT  the Redis behind its components, for checks that look into it
          --postgres TEXT    a PostgreSQL for the stores of a local runtime ("host=… port=… user=… dbname=…")
          --only 14,20-30    these checks only
          --json FILE        write the results as JSON too
          --markdown FILE    write them as a table for a document too
        """;

    /// <summary>Sidecar to check; null: a local runtime.</summary>
    public string? Http { get; private set; }

    /// <summary>Port of the app.</summary>
    public int AppPort { get; private set; }

    /// <summary>Redis; null: none.</summary>
    public string? Redis { get; private set; }

    /// <summary>PostgreSQL; null: none.</summary>
    public string? Postgres { get; private set; }

    /// <summary>Numbers of the checks; empty: all.</summary>
    public IReadOnlySet<int> Only { get; private set; } = new HashSet<int>();

    /// <summary>File for the results; null: none.</summary>
    public string? Json { get; private set; }

    /// <summary>File for the table; null: none.</summary>
    public string? Markdown { get; private set; }

    /// <summary>Whether only the usage is wanted.</summary>
    public bool Help { get; private set; }

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">An argument is wrong; the message names it.</exception>
    public static Arguments Parse(IReadOnlyList<string> args)
    {
        var parsed = new Arguments();
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] is "--help" or "-h") return new Arguments { Help = true };
            if (i + 1 == args.Count) throw new FormatException($"{args[i]} needs a value");
            parsed.Set(args[i], args[++i]);
        }

        if (parsed.Http is not null && parsed.AppPort == 0) throw new FormatException("--http needs --app-port: the port the sidecar expects its app on");
        return parsed;
    }

    /// <summary>The checks wanted.</summary>
    public IReadOnlyList<Check> Choose(IReadOnlyList<Check> checks) => Only.Count == 0 ? checks : [.. checks.Where(check => Only.Contains(check.Id))];

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--http":
                Http = value;
                break;
            case "--app-port":
                AppPort = Number(name, value, 65_535);
                break;
            case "--redis":
                Redis = value;
                break;
            case "--postgres":
                Postgres = value;
                break;
            case "--only":
                Only = value.Split(',').SelectMany(part => Range(name, part)).ToHashSet();
                break;
            case "--json":
                Json = value;
                break;
            case "--markdown":
                Markdown = value;
                break;
            default:
                throw new FormatException($"unknown option {name}");
        }
    }

    private static IEnumerable<int> Range(string name, string part)
    {
        string[] ends = part.Split('-', 2);
        int first = Number(name, ends[0], 999);
        int last = Number(name, ends[^1], 999);
        return Enumerable.Range(first, Math.Max(0, last - first + 1));
    }

    private static int Number(string name, string value, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= max
            ? number
            : throw new FormatException($"{name}: '{value}' is not a number from 1 to {max}");
}
