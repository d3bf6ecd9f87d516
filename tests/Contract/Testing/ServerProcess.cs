using System.Collections.Concurrent;
using System.Diagnostics;

namespace DaprTrading.Tests.Contract.Testing;

/// <summary>A server started by a test: its output is kept for the message when it fails to start.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(Process process) => _process = process;

    public static ServerProcess Start(string file, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? []) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!);
        server._process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a program to its end; a bad end throws with its output.</summary>
    public static async Task RunAsync(string file, params string[] arguments)
    {
        await using ServerProcess run = Start(file, arguments);
        await run._process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        if (run._process.ExitCode != 0) throw new InvalidOperationException($"{file} ended with {run._process.ExitCode}: {run.Output}");
    }

    public bool HasExited => _process.HasExited;

    public string Output => string.Join('\n', _output);

    /// <summary>Waits until a probe succeeds.</summary>
    public async Task ReadyAsync(Func<Task<bool>> probe, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await probe())
        {
            if (HasExited) throw new InvalidOperationException($"the server ended at its start: {Output}");
            try
            {
                await poll.WaitForNextTickAsync(end.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"the server was not ready within {limit.TotalSeconds} s: {Output}", late);
            }
        }
    }

    /// <summary>Sends a signal by its name and waits for the end.</summary>
    public async Task SignalAsync(string signal)
    {
        if (HasExited) return;
        await RunAsync("kill", $"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Ends the process and all it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        while (_output.Count > 40) _output.TryDequeue(out _);
    }
}
