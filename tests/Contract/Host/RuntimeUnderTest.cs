using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.Tests.Contract.Host;

/// <summary>The runtime as a user starts it: a process of its own, on its own data folder, with the two small apps.</summary>
internal sealed class RuntimeUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public static string Apps { get; } = Path.Combine(Here(), "Apps");

    public static string RunFile { get; } = Path.Combine(Apps, "dapr.yaml");

    /// <summary>Variables of the runtime on top of the test's own.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public DataDirectory Data => new(_folder.Path);

    public async Task UpAsync(params string[] more)
    {
        var (code, output) = await RunAsync(["up", "--detach", "--file", RunFile, "--free-ports", .. more]);
        code.Should().Be(ExitCode.Ok, output);
    }

    public async Task<StatusDocument> StatusAsync()
    {
        var (_, output) = await RunAsync("status", "--json");
        return JsonSerializer.Deserialize(output, HostJson.Default.StatusDocument)!;
    }

    public static InstanceStatus Instance(StatusDocument status, string app, int number = 0) =>
        status.Apps.Single(known => known.AppId == app).Instances.Single(instance => instance.Instance == number);

    /// <summary>Runs one command to its end. Output of both kinds comes together.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "DaprTrading.LocalRuntime.dll");
        string output = _folder.File($"output-{Guid.NewGuid():N}.txt");

        // Through a file, because a runtime that goes on in the background must not keep a pipe of the test open.
        string[] command = ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", output, "dotnet", program, .. arguments, "--data", _folder.Path];
        var info = new ProcessStartInfo("/bin/sh", command);
        info.Environment["DAPRTRADING_ROOT"] = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));
        info.Environment.Remove("REDIS_HOST");
        foreach (var (name, value) in Variables) info.Environment[name] = value;
        using Process process = Process.Start(info)!;
        await process.WaitForExitAsync().WaitAsync(Limit);
        return (process.ExitCode, await File.ReadAllTextAsync(output));
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down");
        if (RuntimeRecord.Find(Data) is { } left) Signals.Send(left.Pid, Signals.Kill);
        _folder.Dispose();
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
