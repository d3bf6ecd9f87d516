using System.CommandLine;
using System.Globalization;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Servers;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>doctor</c>: says what is missing, and the command that mends it.</summary>
internal static class DoctorCommand
{
    private const long SmallestDisk = 3L * 1024 * 1024 * 1024;
    private const int OldestNode = 20;
    private const int OldestSdk = 10;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("doctor", "Check what the project needs and say what is missing.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Workspace workspace = Workspace.Find();
        Check[] checks =
        [
            .. workspace.IsPublished ? [] : await BuildToolsAsync(cancellationToken),
            Server(new RedisServer(), "without it: components/memory"),
            Server(new RabbitMqServer(), "only for components/rabbitmq"),
            Server(new PostgresServer(), "only for components/rabbitmq"),
            Program("chromium", needed: false, DebianPackages.Command("chromium") + "   (only for ./run test endtoend)", "chromium", "chromium-browser", "google-chrome"),
            Port(5000, "--gateway-port"),
            Port(8080, "--dashboard-port"),
            Disk(workspace),
        ];
        foreach (Check check in checks)
        {
            Console.WriteLine($"{check.Mark,-7} {check.What,-15} {check.Found}");
            if (!check.Good) Console.WriteLine($"{"",-23} mend: {check.Mend}");
        }

        return Array.Exists(checks, check => !check.Good && check.Needed) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<Check[]> BuildToolsAsync(CancellationToken cancellationToken) =>
    [
        await VersionAsync("dotnet", OldestSdk, needed: true, "install the .NET SDK 10: https://dotnet.microsoft.com/download", cancellationToken),
        await VersionAsync("node", OldestNode, needed: true, DebianPackages.Command("nodejs", "npm") + "   (20 or later)", cancellationToken),
        Program("npm", needed: true, DebianPackages.Command("npm"), "npm"),
    ];

    private static async Task<Check> VersionAsync(string program, int oldest, bool needed, string mend, CancellationToken cancellationToken)
    {
        if (Executables.Find(program) is not { } path) return new Check(program, "missing", mend, Good: false, needed);

        var (code, output) = await Tool.CaptureAsync(path, ["--version"], cancellationToken);
        string version = output.Split('\n')[^1].TrimStart('v');
        bool good = code == 0 && int.TryParse(version.Split('.')[0], CultureInfo.InvariantCulture, out int major) && major >= oldest;
        return new Check(program, good ? version : $"{version}: {oldest} or later is needed", mend, good, needed);
    }

    private static Check Program(string what, bool needed, string mend, params string[] names) => Executables.FindAny(names) is { } path
        ? new Check(what, path, "", Good: true, needed)
        : new Check(what, "missing", mend, Good: false, needed);

    private static Check Server(IBackingServer server, string when) => server.Find() is { } path
        ? new Check(server.Package, path, "", Good: true, Needed: false)
        : new Check(server.Package, "missing", $"{DebianPackages.Command(server.Package)}   ({when})", Good: false, Needed: false);

    private static Check Port(int port, string option) => FreePorts.IsFree(port)
        ? new Check($"port {port}", "free", "", Good: true, Needed: false)
        : new Check($"port {port}", PortHolder.Describe(port), $"free it, or ./run up {option} PORT", Good: false, Needed: false);

    private static Check Disk(Workspace workspace)
    {
        long free = new DriveInfo(workspace.Root).AvailableFreeSpace;
        string found = $"{free / 1024.0 / 1024 / 1024:0.0} GB free";
        return new Check("disk", found, "free at least 3 GB for the build and its packages", free >= SmallestDisk, Needed: true);
    }

    private sealed record Check(string What, string Found, string Mend, bool Good, bool Needed)
    {
        public string Mark => Good ? "ok" : Needed ? "MISSING" : "note";
    }
}
