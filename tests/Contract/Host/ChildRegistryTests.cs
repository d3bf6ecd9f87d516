using System.Diagnostics;
using DaprTrading.LocalRuntime.Host.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Host;

public sealed class ChildRegistryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec sleep 60"]))!;

    private string ListFile => _folder.File("children.json");

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task KillStale_ChildOfAKilledRuntime_IsKilled()
    {
        Write(_process.Id, ProcessIdentity.StartKey(_process.Id)!);

        int killed = await KillStaleAsync();

        killed.Should().Be(1);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        File.Exists(ListFile).Should().BeFalse();
    }

    [Fact]
    public async Task KillStale_ChildEndedButNotWhatItStarted_KillsItsGroup()
    {
        if (!OperatingSystem.IsLinux()) return;   // only there a group tells whose it is

        string grandchild = _folder.File("grandchild");
        using Process leader = Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", "sleep 60 & echo $! >\"$0\"; wait", grandchild]))!;
        await Eventually.BeTrueAsync(() => File.Exists(grandchild) && File.ReadAllText(grandchild).EndsWith('\n'), "the grandchild");
        int left = int.Parse(await File.ReadAllTextAsync(grandchild));
        Write(leader.Id, ProcessIdentity.StartKey(leader.Id)!);
        leader.Kill();
        await leader.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));

        int killed = await KillStaleAsync();

        killed.Should().Be(1);
        ProcessIdentity.StartKey(left).Should().BeNull();
    }

    [Fact]
    public async Task KillStale_ProcessIdGivenToAnother_IsLeftAlone()
    {
        Write(_process.Id, "1@another-boot");

        int killed = await KillStaleAsync();

        killed.Should().Be(0);
        _process.HasExited.Should().BeFalse();
    }

    [Theory, InlineData(""), InlineData("[{\"name\":\"fi")]
    public async Task KillStale_ListCutOff_IsTakenAsEmpty(string content)
    {
        await File.WriteAllTextAsync(ListFile, content);

        (await KillStaleAsync()).Should().Be(0);
    }

    [Fact]
    public async Task KillStale_NoList_DoesNothing() => (await KillStaleAsync()).Should().Be(0);

    private Task<int> KillStaleAsync() => ChildRegistry.KillStaleAsync(ListFile, NullLogger.Instance, TimeProvider.System, CancellationToken.None);

    private void Write(int pid, string startKey) => File.WriteAllText(ListFile, $$"""[{"name":"first-0","pid":{{pid}},"startKey":"{{startKey}}"}]""");
}
