using System.Net;
using System.Net.Sockets;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

public sealed class LifecycleTests
{
    /// <summary><c>SCHED_BATCH</c>, and the field of a thread's <c>stat</c> that says so, counted from the one after its name.</summary>
    private const int BatchPolicy = 3, PolicyField = 38;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Up_Twice_SaysThatItRunsAlready_AndDownLeavesNothing()
    {
        RunningSystem system = await RunningSystem.StartAsync("--components", "components/memory");
        using var limit = new CancellationTokenSource(Limit);
        int[] pids;
        int[] ports;
        await using (system)
        {
            var status = await system.StatusAsync(limit.Token);
            var instances = status.GetProperty("apps").EnumerateArray().SelectMany(app => app.GetProperty("instances").EnumerateArray()).ToArray();
            pids = [status.GetProperty("pid").GetInt32(), .. instances.Select(instance => instance.GetProperty("pid").GetInt32())];
            ports = [system.Gateway.Port, system.Dashboard.Port, .. instances.Select(instance => instance.GetProperty("sidecarPort").GetInt32())];

            pids.SelectMany(SchedulingPolicies).Should().OnlyContain(policy => policy == BatchPolicy, "threads of the system do not interrupt each other");
            CommandResult second = await system.RunAsync(limit.Token, "up", "--detach", "--free-ports", "--no-build", "--no-generator");
            second.ExitCode.Should().Be(0, second.Error);
            second.Output.Should().Contain("already").And.Contain(pids[0].ToString());
        }

        pids.Should().HaveCount(9).And.OnlyContain(pid => !IsAlive(pid));
        ports.Should().OnlyContain(port => IsFree(port));
    }

    [Fact]
    public async Task Up_OnMemoryComponents_CarriesBarsToIndicators()
    {
        await using RunningSystem system = await RunningSystem.StartAsync("--components", "components/memory");
        using var producer = new Producer(system);
        ProducedBar[] bars = Series.RandomWalk("MEM", 260, seed: 5);

        await producer.SendAsync(bars, CancellationToken.None);

        (await producer.PointsAsync("MEM", bars.Length, Limit)).ShouldBeExactly(bars);
    }

    [Fact]
    public async Task Up_AgainOnTheSameData_GoesOnWhereItStopped()
    {
        await using RunningSystem system = await RunningSystem.StartAsync();
        ProducedBar[] bars = Series.RandomWalk("AGAIN", 400, seed: 6);
        using (var producer = new Producer(system))
        {
            await producer.SendAsync(bars[..250], CancellationToken.None);
            await producer.PointsAsync("AGAIN", 250, Limit);
        }

        await system.DownAsync();
        await system.UpAsync();

        using var second = new Producer(system);
        await second.SendAsync(bars[200..], CancellationToken.None);
        (await second.PointsAsync("AGAIN", bars.Length, Limit)).ShouldBeExactly(bars);
    }

    [Fact]
    public async Task Up_TakenPort_NamesThePortAndItsHolder()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        int port = ((IPEndPoint)holder.LocalEndpoint).Port;
        string data = Directory.CreateTempSubdirectory("daprtrading-").FullName;
        using var limit = new CancellationTokenSource(Limit);

        CommandResult result = await CommandLine.RunProjectAsync(
            "DaprTrading.LocalRuntime",
            ["up", "--detach", "--free-ports", "--no-build", "--no-generator", "--components", "components/memory", "--data", data, "--gateway-port", port.ToString()], limit.Token);

        result.ExitCode.Should().NotBe(0);
        (result.Output + result.Error).Should().Contain(port.ToString()).And.Contain(Environment.ProcessId.ToString()).And.Contain("--gateway-port");
        Directory.Delete(data, recursive: true);
    }

    /// <summary>A process that has ended but was not yet collected by init holds nothing any more.</summary>
    private static IEnumerable<int> SchedulingPolicies(int pid)
    {
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{pid}/task"))
        {
            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(thread, "stat"));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                continue;
            }

            yield return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[PolicyField]);
        }
    }

    private static bool IsAlive(int pid)
    {
        string stat = $"/proc/{pid}/stat";
        try
        {
            string text = File.ReadAllText(stat);
            return text[text.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
