using System.Collections.Concurrent;
using System.Text;
using DaprTrading.LocalRuntime.Host;
using DaprTrading.LocalRuntime.Host.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Host;

public sealed class SupervisedProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProcessLauncher _launcher = new();
    private readonly ConcurrentQueue<string> _output = new();
    private int _exits;

    public void Dispose()
    {
        _launcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Kill_RunningChild_IsStartedAgain()
    {
        await using SupervisedProcess process = Shell("exec sleep 60");
        await process.StartAsync();
        int first = process.Pid!.Value;

        process.Kill().Should().BeTrue();
        await Eventually.BeTrueAsync(() => process.Pid is { } pid && pid != first, "a new process");

        process.Restarts.Should().Be(1);
        _exits.Should().Be(1);
        ProcessIdentity.StartKey(first).Should().BeNull();
        ProcessIdentity.StartKey(process.Pid!.Value).Should().NotBeNull();
    }

    [Fact]
    public async Task Start_ChildThatEndsAtOnce_IsStartedAgainAndAgain()
    {
        await using SupervisedProcess process = Shell("exit 3");

        await process.StartAsync();
        await Eventually.BeTrueAsync(() => process.Restarts >= 4, "the fourth restart");

        process.LastExitCode.Should().Be(3);
    }

    [Fact]
    public async Task Start_ChildThatMayFinishAndDoes_StaysEnded()
    {
        await using SupervisedProcess process = Shell("echo done", mayFinish: true);

        await process.StartAsync();
        await Eventually.BeTrueAsync(() => process.LastExitCode == 0 && process.Pid is null, "the end");
        await process.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None);

        process.Restarts.Should().Be(0);
    }

    [Fact]
    public async Task Stop_ChildThatEndsWhenAsked_GetsTimeToFinish()
    {
        await using SupervisedProcess process = Shell("trap 'echo finished; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
        await process.StartAsync();
        await OutputAsync("ready");

        await process.StopAsync(TimeSpan.FromSeconds(10), CancellationToken.None);

        process.Pid.Should().BeNull();
        process.LastExitCode.Should().Be(0);
        RotatingLog.Tail(process.LogPath, 5).Should().Equal("ready", "finished");
    }

    [Fact]
    public async Task Stop_ChildThatIgnoresTheRequest_IsKilled()
    {
        await using SupervisedProcess process = Shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        await process.StartAsync();
        await OutputAsync("ready");
        int pid = process.Pid!.Value;

        await process.StopAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);

        ProcessIdentity.StartKey(pid).Should().BeNull();
        process.Pid.Should().BeNull();
    }

    [Fact]
    public async Task Stop_ChildWithGrandchild_LeavesNeither()
    {
        await using SupervisedProcess process = Shell("sleep 60 & echo $!; wait");
        await process.StartAsync();
        int grandchild = int.Parse(await OutputAsync(""));
        ProcessIdentity.StartKey(grandchild).Should().NotBeNull();

        await process.StopAsync(TimeSpan.FromSeconds(5), CancellationToken.None);

        await Eventually.BeTrueAsync(() => ProcessIdentity.StartKey(grandchild) is null, "the end of the grandchild");
    }

    [Fact]
    public async Task Start_Child_HasItsFolderItsVariablesAndNoInput()
    {
        await using SupervisedProcess process = Shell("cat; echo \"$PWD $COLOUR\"; exec sleep 60");

        await process.StartAsync();

        (await OutputAsync("")).Should().Be($"{_folder.Path} green");
    }

    [Fact]
    public async Task Start_CommandThatIsNotThere_SaysSo()
    {
        await using SupervisedProcess process = Supervise(["no-such-program"], mayFinish: false);

        Func<Task> start = process.StartAsync;

        (await start.Should().ThrowAsync<UserException>()).Which.Message.Should().Contain("no-such-program").And.Contain("child");
    }

    private SupervisedProcess Shell(string script, bool mayFinish = false) => Supervise(["/bin/sh", "-c", script], mayFinish);

    private SupervisedProcess Supervise(string[] command, bool mayFinish)
    {
        var spec = new ProcessSpec
        {
            Name = "child",
            Command = command,
            WorkingDirectory = _folder.Path,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["COLOUR"] = "green" },
        };
        return new SupervisedProcess(
            spec, _launcher, new ChildRegistry(_folder.File("children.json")), new RotatingLog(_folder.File("child.log")), NullLogger.Instance, TimeProvider.System)
        {
            MayFinish = mayFinish,
            Tap = piece => _output.Enqueue(Encoding.UTF8.GetString(piece.Span)),
            Exited = () =>
            {
                Interlocked.Increment(ref _exits);
                return Task.CompletedTask;
            },
        };
    }

    private Task<string> OutputAsync(string containing) =>
        Eventually.GetAsync(() => string.Concat(_output) is { Length: > 0 } text && text.EndsWith('\n') ? text.Trim() : null, text => text.Contains(containing, StringComparison.Ordinal), "output");
}
