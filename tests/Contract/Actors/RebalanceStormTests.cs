using System.Collections.Concurrent;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Actors;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Contract.Actors;

/// <summary>Hosts come, go and die at random under load: turns of one actor must never overlap, and every call must be answered.</summary>
public sealed class RebalanceStormTests(ITestOutputHelper output)
{
    private const int Actors = 40;
    private const int Callers = 64;
    private const int CallsPerCaller = 150;

    [Theory, InlineData(1), InlineData(20), InlineData(300)]
    public async Task TurnsNeverOverlap_AndEveryCallIsAnswered(int seed)
    {
        await using var world = new ActorWorld(time: TimeProvider.System);
        var overlaps = new ConcurrentQueue<string>();
        var running = new ConcurrentDictionary<string, ISidecar>(StringComparer.Ordinal);
        world.Runtime.TurnObserver = change => Observe(change, running, overlaps);
        var hosts = new StormHosts(world, new Random(seed));
        await hosts.StartAsync();

        using var stop = new CancellationTokenSource();
        Task storm = hosts.RageAsync(stop.Token);
        ApiAnswer[][] answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallManyAsync(world, new Random((seed * 1000) + caller))));
        await stop.CancelAsync();
        await storm;

        output.WriteLine($"seed {seed}: {hosts.Changes} changes of the hosts, {hosts.Executions} executions of {Callers * CallsPerCaller} calls");
        overlaps.Should().BeEmpty();
        hosts.Overlaps.Should().BeEmpty();
        answers.SelectMany(answer => answer).Where(answer => answer.Status != 200).Should().BeEmpty();
        hosts.Changes.Should().BeGreaterThan(5);
        running.Should().BeEmpty();
        world.Statistics().Waiting.Should().Be(0);
    }

    private static void Observe(TurnChange change, ConcurrentDictionary<string, ISidecar> running, ConcurrentQueue<string> overlaps)
    {
        if (!change.Started) running.TryRemove(change.Id, out _);
        else if (!running.TryAdd(change.Id, change.Host)) overlaps.Enqueue($"{change.Id} on {change.Host.Options.Instance} and {running[change.Id].Options.Instance}");
    }

    private static async Task<ApiAnswer[]> CallManyAsync(ActorWorld world, Random random)
    {
        var entry = new FakeSidecar("client", 0, app: null);
        var answers = new ApiAnswer[CallsPerCaller];
        for (int n = 0; n < CallsPerCaller; n++) answers[n] = await world.SendAsync(entry, "POST", $"T/{random.Next(Actors)}/method/m", "body");
        return answers;
    }

    private sealed class StormHosts(ActorWorld world, Random random)
    {
        private static readonly AppConfiguration Configuration = ActorWorld.Hosting("T") with { DrainOngoingCallTimeout = TimeSpan.FromMilliseconds(3) };

        private readonly List<(FakeSidecar Sidecar, FakeApp App)> _alive = [];
        private readonly ConcurrentDictionary<string, int> _inside = new(StringComparer.Ordinal);
        private int _instances;
        private int _executions;

        public ConcurrentQueue<string> Overlaps { get; } = new();

        public int Changes { get; private set; }

        public int Executions => _executions;

        public async Task StartAsync()
        {
            for (int n = 0; n < 3; n++) await JoinAsync();
        }

        public async Task RageAsync(CancellationToken stop)
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(4));
            while (!stop.IsCancellationRequested)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
                int choice = random.Next(3);
                if (_alive.Count < 2 || (choice == 0 && _alive.Count < 6)) await JoinAsync();
                else await LeaveAsync(graceful: choice == 1);
                Changes++;
            }
        }

        private async Task JoinAsync()
        {
            var app = new FakeApp();
            app.Script = (request, token) => WorkAsync(request, token);
            var sidecar = new FakeSidecar("web", _instances++, app);
            await world.ReadyAsync(sidecar, Configuration);
            _alive.Add((sidecar, app));
        }

        private async Task LeaveAsync(bool graceful)
        {
            (FakeSidecar sidecar, FakeApp app) = _alive[random.Next(_alive.Count)];
            _alive.RemoveAll(host => host.Sidecar == sidecar);
            if (!graceful) app.Kill();
            await world.Runtime.HostGoneAsync(sidecar, graceful, CancellationToken.None);
        }

        private async Task<HttpResponseMessage> WorkAsync(AppRequest request, CancellationToken token)
        {
            if (request.Verb == "DELETE") return FakeApp.Answer(200);
            Interlocked.Increment(ref _executions);
            if (_inside.AddOrUpdate(request.ActorId, 1, (_, count) => count + 1) > 1) Overlaps.Enqueue(request.ToString());
            try
            {
                // Some turns take long enough to be caught by a change of the hosts.
                int work = HashRing.Hash(request.ActorId) % 8 == 0 ? 2_000 : 2;
                for (int n = 0; n < work; n++)
                {
                    await Task.Yield();
                    token.ThrowIfCancellationRequested();
                }

                return FakeApp.Answer(200, "done");
            }
            finally
            {
                _inside.AddOrUpdate(request.ActorId, 0, (_, count) => count - 1);
            }
        }
    }
}
