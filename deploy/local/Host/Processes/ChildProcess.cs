using System.Diagnostics;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>A started child and the copying of its output.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly bool _ownGroup;
    private readonly int _stopSignal;
    private readonly Task _output;

    /// <summary>Takes over a started process.</summary>
    public ChildProcess(ProcessSpec spec, Process process, bool ownGroup, RotatingLog log, Action<ReadOnlyMemory<byte>>? tap)
    {
        Name = spec.Name;
        _stopSignal = spec.StopSignal;
        Pid = process.Id;
        StartKey = ProcessIdentity.StartKey(Pid);
        _process = process;
        _ownGroup = ownGroup;
        _output = Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, log, tap), CopyAsync(process.StandardError.BaseStream, log, tap));
    }

    /// <summary>Name given in its <see cref="ProcessSpec"/>.</summary>
    public string Name { get; }

    /// <summary>Process id.</summary>
    public int Pid { get; }

    /// <summary>See <see cref="ProcessIdentity.StartKey"/>.</summary>
    public string? StartKey { get; }

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Waits for the end and answers the exit code, as a shell would give it (128 + signal). Output still in the pipe gets a second.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        // Not Process.WaitForExitAsync alone: it also waits for the pipes, which a grandchild may hold open.
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (_ownGroup) Signals.SendGroup(Pid, Signals.Kill);   // what it left behind
        try
        {
            await _output.WaitAsync(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A grandchild has left the group and keeps the pipe: its output no longer matters.
        }

        return _process.ExitCode;
    }

    /// <summary>Asks the process itself to end.</summary>
    public void Terminate()
    {
        if (!_process.HasExited) Signals.Send(Pid, _stopSignal);
    }

    /// <summary>Ends the process and everything it started, at once.</summary>
    public void Kill()
    {
        if (_ownGroup) Signals.SendGroup(Pid, Signals.Kill);
        if (!_process.HasExited) Signals.Send(Pid, Signals.Kill);
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private static async Task CopyAsync(Stream from, RotatingLog log, Action<ReadOnlyMemory<byte>>? tap)
    {
        byte[] buffer = new byte[8192];
        try
        {
            while (await from.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                log.Write(buffer.AsSpan(0, count));
                tap?.Invoke(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process has been disposed of: there is nothing more to copy.
        }
    }
}
