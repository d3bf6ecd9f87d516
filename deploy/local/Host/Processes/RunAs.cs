using System.Globalization;
using DaprTrading.LocalRuntime.Host.Building;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Another user of this machine, for a server that refuses to run as root.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UserId">Its number.</param>
/// <param name="GroupId">Number of its group.</param>
/// <param name="EntersFolders">Whether it may enter folders that are root's alone, such as a repository below <c>/root</c>.</param>
internal sealed record RunAs(string Name, int UserId, int GroupId, bool EntersFolders)
{
    private const string Accounts = "/etc/passwd";

    private static readonly string? Setpriv = Executables.Find("setpriv");

    /// <summary>What stands before a command so that it runs as this user.</summary>
    public IReadOnlyList<string> Prefix => [.. Options("setpriv"), "--"];

    /// <summary>The user for a server whose folder this is, which becomes the folder's owner; null when this process is not root.</summary>
    /// <exception cref="UserException">There is no such user, or it cannot reach the folder.</exception>
    public static async Task<RunAs?> ForServerAsync(string folder, string wanted, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows()) return null;

        RunAs plain = Find(wanted) ?? Find("nobody") ?? throw Impossible(wanted, $"there is neither a user {wanted} nor nobody");
        if (Setpriv is null) throw Impossible(wanted, "setpriv is missing (package util-linux)");

        await Tool.CaptureAsync("chown", [$"{plain.UserId}:{plain.GroupId}", folder], cancellationToken).ConfigureAwait(false);
        foreach (RunAs user in (RunAs[])[plain, plain with { EntersFolders = true }])
        {
            // Not test(1): access(2) takes a capability for nothing.
            var (code, _) = await Tool.CaptureAsync(Setpriv, [.. user.Prefix.Skip(1), "ls", "-d", Path.Combine(folder, ".")], cancellationToken).ConfigureAwait(false);
            if (code == 0) return user;
        }

        throw Impossible(wanted, $"user {plain.Name} may not enter {folder}. Choose another data folder with --data, or run ./run as an ordinary user");
    }

    /// <summary>The options of <c>setpriv</c> for it, without the end mark.</summary>
    public IEnumerable<string> Options(string setpriv) =>
    [
        setpriv, $"--reuid={UserId}", $"--regid={GroupId}", "--init-groups", .. EntersFolders ? (string[])["--inh-caps=+dac_override", "--ambient-caps=+dac_override"] : [],
    ];

    private static RunAs? Find(string name)
    {
        if (!File.Exists(Accounts)) return null;

        string[]? fields = File.ReadLines(Accounts).Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 3 && fields[0] == name);
        return fields is not null && int.TryParse(fields[2], CultureInfo.InvariantCulture, out int user) && int.TryParse(fields[3], CultureInfo.InvariantCulture, out int group)
            ? new RunAs(name, user, group, EntersFolders: false)
            : null;
    }

    private static UserException Impossible(string server, string why) => new($"{server} does not run as root: {why}.");
}
