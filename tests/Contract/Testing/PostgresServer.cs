using System.Globalization;
using Npgsql;

namespace DaprTrading.Tests.Contract.Testing;

/// <summary>A PostgreSQL server of a test's own, on a free loopback port, with its data in a temporary folder. Without fsync: it is for tests only.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("postgres-test-").FullName;
    private ServerProcess? _process;

    private PostgresServer()
    {
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Address as Dapr's components take it.</summary>
    public string Connection => $"host=127.0.0.1 port={Port.ToString(CultureInfo.InvariantCulture)} user=postgres dbname=postgres sslmode=disable";

    private string Data => Path.Combine(_folder, "data");

    // A server refuses to run as root.
    private static string[] AsPostgres => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];

    /// <summary>Creates a database and starts the server.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed.</exception>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer { Port = LoopbackPort.Free() };
        if (Environment.IsPrivilegedProcess) await ServerProcess.RunAsync("chown", "postgres:", server._folder);
        await RunAsync(Program("initdb"), "-D", server.Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "--no-instructions");
        await server.RestartAsync();
        return server;
    }

    /// <summary>Ends the server at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.SignalAsync("QUIT");
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts it again on the same port and data.</summary>
    public async Task RestartAsync()
    {
        string[] command =
        [
            .. AsPostgres, Program("postgres"), "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", "", "-F", "-c", "max_connections=100",
        ];
        _process = ServerProcess.Start(command[0], command[1..]);
        await _process.ReadyAsync(AnswersAsync, TimeSpan.FromSeconds(30));
    }

    /// <summary>Runs SQL on a connection of its own.</summary>
    /// <returns>The first column of each row.</returns>
    public async Task<IReadOnlyList<object?>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Pooling=false;Timeout=5");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<object?> values = [];
        while (await reader.ReadAsync()) values.Add(reader.IsDBNull(0) ? null : reader.GetValue(0));
        return values;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Debian keeps the server's programs outside the path, in a folder per version.
    private static string Program(string name)
    {
        const string Versions = "/usr/lib/postgresql";
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (Directory.Exists(Versions)) folders = Directory.GetDirectories(Versions).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).Concat(folders);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{name} is missing; it comes with the package postgresql");
    }

    private static Task RunAsync(params string[] command)
    {
        string[] all = [.. AsPostgres, .. command];
        return ServerProcess.RunAsync(all[0], all[1..]);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await QueryAsync("SELECT 1")).Count == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
