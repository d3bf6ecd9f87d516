using System.Globalization;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using Npgsql;

namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>PostgreSQL on loopback with a database of its own. Started by root it runs as another user, because it refuses to be root.</summary>
internal sealed class PostgresServer : IBackingServer
{
    private const string Database = "daprtrading";
    private const string DebianVersions = "/usr/lib/postgresql";

    /// <inheritdoc/>
    public string Name => "postgres";

    /// <inheritdoc/>
    public string Package => "postgresql";

    /// <inheritdoc/>
    public string AddressVariable => "POSTGRES_CONNECTION";

    /// <inheritdoc/>
    public bool Serves(string componentType) => componentType is "state.postgresql" or "state.postgres";

    /// <inheritdoc/>
    public string? Find() => Programs().FirstOrDefault();

    /// <inheritdoc/>
    public async Task<ServerLaunch> PrepareAsync(string program, ServerSite site, CancellationToken cancellationToken)
    {
        int port = site.Port();
        RunAs? user = await RunAs.ForServerAsync(site.Folder, Name, cancellationToken).ConfigureAwait(false);
        string data = site.At("data");
        program = Directory.Exists(data) ? MatchingProgram(data, program) : program;
        if (!Directory.Exists(data)) await CreateAsync(program, site, data, user, cancellationToken).ConfigureAwait(false);
        ForgetAnotherProcess(data);

        var process = new ServerProcess(Spec(program, site.Folder, data, port, user), ct => AnswersAsync(port, ct), LongestStart: TimeSpan.FromSeconds(60), Grace: TimeSpan.FromSeconds(10));
        string connection = $"host=127.0.0.1 port={Text(port)} user=postgres dbname={Database} sslmode=disable";
        return new ServerLaunch($"127.0.0.1:{Text(port)}", new Dictionary<string, string>(StringComparer.Ordinal) { [AddressVariable] = connection }, [process]);
    }

    // Debian keeps the programs outside the path, in a folder per version: the newest first.
    private static IEnumerable<string> Programs()
    {
        IEnumerable<string> debian = !Directory.Exists(DebianVersions) ? [] : Directory.GetDirectories(DebianVersions)
            .OrderByDescending(version => double.TryParse(Path.GetFileName(version), CultureInfo.InvariantCulture, out double number) ? number : 0)
            .Select(version => Path.Combine(version, "bin", "postgres"));
        return debian.Append(Executables.Find("postgres") ?? "").Where(program => File.Exists(program) && File.Exists(Beside(program, "initdb")));
    }

    private static string Beside(string program, string name) => Path.Combine(Path.GetDirectoryName(program)!, name);

    // Files of one major version are read by that version only.
    private static string MatchingProgram(string data, string newest)
    {
        string version = File.ReadAllText(Path.Combine(data, "PG_VERSION")).Trim();
        string own = Path.Combine(DebianVersions, version, "bin", "postgres");
        return File.Exists(own) ? own : newest;
    }

    /// <summary>Made beside and then moved: what was cut off in the middle is not taken for a database.</summary>
    private static async Task CreateAsync(string program, ServerSite site, string data, RunAs? user, CancellationToken cancellationToken)
    {
        string unfinished = site.At("unfinished");
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        string[] command =
        [
            .. user?.Prefix ?? [], Beside(program, "initdb"), "-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions",
        ];
        var lines = new List<string>();
        int code = await Tool.RunAsync(command[0], command[1..], site.Folder, lines.Add, cancellationToken).ConfigureAwait(false);
        if (code != 0) throw new UserException($"PostgreSQL's initdb ended with code {code} in {site.Folder}:\n  " + string.Join("\n  ", lines.TakeLast(10)));
        Directory.Move(unfinished, data);
    }

    /// <summary>
    /// After a crash the file with its process id stays. PostgreSQL refuses to start when that id lives, even if another program has it by now,
    /// as it happens when a machine or container was started again.
    /// </summary>
    private static void ForgetAnotherProcess(string data)
    {
        string file = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(file) || !int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out int pid)) return;
        if (ProcessIdentity.CommandLine(pid) is { Length: > 0 } command && !command.Contains(data, StringComparison.Ordinal)) File.Delete(file);
    }

    private ProcessSpec Spec(string program, string folder, string data, int port, RunAs? user) => new()
    {
        Name = Name,
        WorkingDirectory = folder,
        RunAs = user,
        StopSignal = Signals.Interrupt,   // its "fast" end; on a request to terminate it would wait for every client to leave
        Command =
        [
            program, "-D", data, "-p", Text(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=100", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
        ],
    };

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        if (FreePorts.IsFree(port)) return false;   // cheaper than a connection that is refused

        try
        {
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Text(port)};Username=postgres;Database=postgres;Pooling=false;Timeout=5;Command Timeout=30");
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var exists = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{Database}'", connection);
            if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is null)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
                await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
