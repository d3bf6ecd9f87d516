using System.ComponentModel;
using System.Diagnostics;

namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    /// <summary>Runs it and hands every line it prints to <paramref name="line"/> (called by one thread at a time). Cancelling kills it with all it started.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="UserException">It cannot be started.</exception>
    public static async Task<int> RunAsync(
        string file, IEnumerable<string> arguments, string workingDirectory, Action<string> line, CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Start(info);
        process.StandardInput.Close();
        var gate = new Lock();
        Task output = Task.WhenAll(ReadAsync(process.StandardOutput, line, gate), ReadAsync(process.StandardError, line, gate));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await output.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Something it started in the background keeps its output open (a compiler server): all of its own output has been read.
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }

    /// <summary>Runs it with this process's own terminal.</summary>
    public static async Task<int> RunAttachedAsync(string file, IEnumerable<string> arguments, string workingDirectory, CancellationToken cancellationToken)
    {
        using Process process = Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = workingDirectory });
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
        }

        return process.ExitCode;
    }

    /// <summary>Its exit code and whole output; for programs that print little.</summary>
    public static async Task<(int ExitCode, string Output)> CaptureAsync(string file, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        int code = await RunAsync(file, arguments, Environment.CurrentDirectory, lines.Add, cancellationToken).ConfigureAwait(false);
        return (code, string.Join('\n', lines).Trim());
    }

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info) ?? throw new UserException($"{info.FileName} did not start.");
        }
        catch (Win32Exception e)
        {
            throw new UserException($"{info.FileName} cannot be started: {e.Message}", e);
        }
    }

    private static async Task ReadAsync(StreamReader from, Action<string> line, Lock gate)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } text)
        {
            lock (gate) line(text);
        }
    }

    /// <summary>The terminal's Ctrl-C reached the child too: it gets time to end by itself.</summary>
    private static async Task EndAsync(Process process)
    {
        Processes.Signals.Send(process.Id, Processes.Signals.Terminate);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
