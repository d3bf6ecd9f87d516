using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Starts children so that they die with the runtime, however it ends, each in its own session and process group.</summary>
/// <remarks>
/// On Linux <c>setpriv --pdeathsig KILL</c> asks the kernel to kill a child when its parent dies. The kernel means the parent's <em>thread</em>,
/// so all children are started by one thread that lives as long as the launcher. Where the tools are missing, children start plainly.
/// </remarks>
internal sealed class ProcessLauncher : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly string? _setpriv = OperatingSystem.IsLinux() ? Executables.Find("setpriv") : null;
    private readonly string? _setsid = Executables.Find("setsid");

    /// <summary>Starts the launching thread.</summary>
    public ProcessLauncher() => new Thread(Work) { IsBackground = true, Name = "process launcher" }.Start();

    /// <summary>Starts a child. Output goes to <paramref name="log"/> and, piece by piece, to <paramref name="tap"/>.</summary>
    /// <exception cref="UserException">The command cannot be executed.</exception>
    public Task<ChildProcess> StartAsync(ProcessSpec spec, RotatingLog log, Action<ReadOnlyMemory<byte>>? tap)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => Start(spec, log, tap, started));
        return started.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _work.CompleteAdding();

    private void Work()
    {
        foreach (Action start in _work.GetConsumingEnumerable()) start();
        _work.Dispose();
    }

    private void Start(ProcessSpec spec, RotatingLog log, Action<ReadOnlyMemory<byte>>? tap, TaskCompletionSource<ChildProcess> started)
    {
        try
        {
            if (!Directory.Exists(spec.WorkingDirectory)) throw new UserException($"{spec.Name}: its working directory {spec.WorkingDirectory} does not exist.");
            if (Executables.Resolve(spec.Command[0], spec.WorkingDirectory) is not { } file) throw new UserException($"{spec.Name}: there is no command '{spec.Command[0]}'.");

            var process = Process.Start(Info(spec, file)) ?? throw new UserException($"{spec.Name}: '{file}' did not start.");
            process.StandardInput.Close();
            started.SetResult(new ChildProcess(spec, process, ownGroup: _setsid is not null, log, tap));
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            started.SetException(new UserException($"{spec.Name}: '{spec.Command[0]}' cannot be executed: {e.Message}", e));
        }
        catch (UserException e)
        {
            started.SetException(e);
        }
    }

    private ProcessStartInfo Info(ProcessSpec spec, string file)
    {
        List<string> command = [];

        // One call for both: a change of the user takes back the wish to die with the parent.
        if (_setpriv is not null) command.AddRange([.. spec.RunAs?.Options(_setpriv) ?? [_setpriv], "--pdeathsig", "KILL", "--"]);
        if (_setsid is not null) command.Add(_setsid);
        command.Add(file);
        command.AddRange(spec.Command.Skip(1));

        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        SocketThreads.Forget(info.Environment);
        foreach (var (name, value) in spec.Environment) info.Environment[name] = value;
        return info;
    }
}
