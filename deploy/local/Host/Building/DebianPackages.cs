using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>Installs Debian packages where that is allowed without asking.</summary>
internal static class DebianPackages
{
    /// <summary>The command a person would type.</summary>
    public static string Command(params string[] packages) => "sudo apt-get install -y " + string.Join(' ', packages);

    // Run level 1 keeps a package from starting its own service.
    /// <summary>Installs packages as root or with a sudo that asks nothing.</summary>
    /// <returns>Null when they are installed, else why they could not be.</returns>
    public static async Task<string?> InstallAsync(string[] packages, Action<string> progress, CancellationToken cancellationToken)
    {
        if (Executables.Find("apt-get") is not { } aptGet) return "this is no Debian system (no apt-get)";

        List<string> prefix = [];
        if (!Environment.IsPrivilegedProcess)
        {
            if (Executables.Find("sudo") is not { } sudo || await RunAsync(sudo, ["-n", "true"], cancellationToken).ConfigureAwait(false) is not null)
            {
                return "not root, and sudo would ask for a password";
            }

            prefix = [sudo, "-n"];
        }

        progress("apt-get install " + string.Join(' ', packages));
        string[] install = [.. prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", aptGet, "install", "-y", "-q", "--no-install-recommends", .. packages];
        if (await RunAsync(install[0], install[1..], cancellationToken).ConfigureAwait(false) is null) return null;

        string[] update = [.. prefix, aptGet, "update", "-q"];
        await RunAsync(update[0], update[1..], cancellationToken).ConfigureAwait(false);
        return await RunAsync(install[0], install[1..], cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string?> RunAsync(string file, string[] arguments, CancellationToken cancellationToken)
    {
        var (code, output) = await Tool.CaptureAsync(file, arguments, cancellationToken).ConfigureAwait(false);
        return code == 0 ? null : output.Split('\n')[^1];
    }
}
