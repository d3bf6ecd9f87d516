using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration.Swap;

/// <summary>The same services on each folder of components: the same bars in, the same values out.</summary>
public sealed class SwapTests(SwapFixture fixture) : IClassFixture<SwapFixture>
{
    [Theory]
    [InlineData("redis")]
    [InlineData("rabbitmq")]
    [InlineData("memory")]
    public void Components_EachFolder_GiveWhatABatchGives(string folder)
    {
        foreach (var (symbol, outcome) in fixture.Outcomes[folder].Symbols)
        {
            outcome.RawPoints.ShouldBeExactly(SwapBars.All[symbol]);
            List<TradingSignal> signals = Batch.Signals(symbol, outcome.Points);
            Texts(outcome.Signals.EnumerateArray().Select(signal => signal.Deserialize(ContractsJson.Default.TradingSignal)!)).Should().Equal(Texts(signals));
            foreach (var (length, candles) in outcome.Candles)
            {
                candles.EnumerateArray().Select(candle => candle.Deserialize(ContractsJson.Default.Candle)).Should().Equal(Batch.Candles(outcome.Points, length));
            }

            outcome.Summary.Deserialize(ContractsJson.Default.SymbolSummary)!.ShouldSummarise(outcome.Points, signals);
        }
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("memory")]
    public void Components_OtherFolder_GivesTheValuesOfRedis(string folder)
    {
        foreach (var (symbol, outcome) in fixture.Outcomes[folder].Symbols)
        {
            outcome.Values().Should().Equal(fixture.Outcomes["redis"].Symbols[symbol].Values(), "it is the same bars of {0}", symbol);
        }
    }

    [Fact]
    public void Components_EachFolder_RunTheSameProgramsWithTheSameVariables()
    {
        fixture.Outcomes["redis"].Programs.Should().HaveCount(8).And.NotContainMatch("*REDIS_HOST*");
        fixture.Outcomes["rabbitmq"].Programs.Should().Equal(fixture.Outcomes["redis"].Programs);
        fixture.Outcomes["memory"].Programs.Should().Equal(fixture.Outcomes["redis"].Programs);
    }

    // PostgreSQL may need more than one start: it does not begin before the last process of the dead one has gone.
    [Fact]
    public void Kill_BrokerAndDatabaseUnderLoad_StartsThemAgain() => fixture.Restarts.Should().HaveCount(2).And.OnlyContain(restarts => restarts > 0);

    [Fact]
    public void Up_OnRabbitMq_DeclaresEveryQueue() => fixture.Undeclared.Should().BeEmpty("those who share a queue declare it alike");

    [Fact]
    public void Down_OnRabbitMq_LeavesNoProcess() => fixture.LeftOnRabbitMq.Should().BeEmpty();

    // A batch knows nothing of versions of settings.
    private static IEnumerable<string> Texts(IEnumerable<TradingSignal> signals) => signals
        .Select(signal => JsonSerializer.Serialize(signal with { SettingsVersion = null }, ContractsJson.Default.TradingSignal)).Order(StringComparer.Ordinal);
}

/// <summary>A system per folder, one after the other; the one on RabbitMQ is disturbed on the way.</summary>
public sealed class SwapFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    internal Dictionary<string, SwapOutcome> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>Queues the runtime could not declare while it started on RabbitMQ.</summary>
    public IReadOnlyList<string> Undeclared { get; private set; } = [];

    /// <summary>How often the killed servers were started again.</summary>
    public IReadOnlyList<int> Restarts { get; private set; } = [];

    /// <summary>Processes that use the folder of the system on RabbitMQ after it was stopped.</summary>
    public IReadOnlyList<string> LeftOnRabbitMq { get; private set; } = [];

    public async Task InitializeAsync()
    {
        foreach (string folder in (string[])["redis", "memory"])
        {
            await using RunningSystem system = await RunningSystem.StartAsync("--components", $"components/{folder}");
            using var producer = new Producer(system);
            await SendAsync(producer, from: 0, to: 1, TimeSpan.Zero, CancellationToken.None);
            Outcomes[folder] = await SwapOutcome.ReadAsync(system, producer);
        }

        await RunDisturbedAsync("components/rabbitmq");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Broker and database are killed while bars come, then the system is stopped and started in the middle of the series.</summary>
    private async Task RunDisturbedAsync(string components)
    {
        await using RunningSystem system = await RunningSystem.StartAsync("--components", components);
        Undeclared = [.. system.LogTail("runtime.log").Split('\n').Where(line => line.Contains("PRECONDITION_FAILED", StringComparison.Ordinal))];
        using var limit = new CancellationTokenSource(Limit);
        using (var producer = new Producer(system))
        {
            string[] pids = [.. await ServersAsync(system, "pid", limit.Token)];
            Task load = SendAsync(producer, from: 0, to: 0.6, TimeSpan.FromMilliseconds(200), limit.Token);
            await CommandLine.RunAsync("kill", ["-KILL", .. pids], null, limit.Token);
            load.IsCompleted.Should().BeFalse("both have to be missed by somebody");
            await load;
            Restarts = [.. (await ServersAsync(system, "restarts", limit.Token)).Select(int.Parse)];
        }

        await system.DownAsync();
        LeftOnRabbitMq = ProcessesIn(system.Data);
        await system.UpAsync("--components", components);
        using var second = new Producer(system);
        await SendAsync(second, from: 0.5, to: 1, TimeSpan.Zero, limit.Token);
        Outcomes["rabbitmq"] = await SwapOutcome.ReadAsync(system, second);
    }

    private static async Task<IEnumerable<string>> ServersAsync(RunningSystem system, string field, CancellationToken cancellationToken)
    {
        JsonElement servers = (await system.StatusAsync(cancellationToken)).GetProperty("servers");
        return ((string[])["postgres", "rabbitmq"]).Select(name => servers.GetProperty(name).GetProperty(field).GetRawText());
    }

    /// <summary>Sends a part of every series in small requests, the series side by side.</summary>
    private static Task SendAsync(Producer producer, double from, double to, TimeSpan pace, CancellationToken cancellationToken) => Task.WhenAll(
        SwapBars.All.Values.Select(async bars =>
        {
            using var timer = new PeriodicTimer(pace > TimeSpan.Zero ? pace : Timeout.InfiniteTimeSpan);
            foreach (ProducedBar[] request in bars[(int)(bars.Length * from)..(int)(bars.Length * to)].Chunk(8))
            {
                await producer.SendAsync(request, cancellationToken);
                if (pace > TimeSpan.Zero) await timer.WaitForNextTickAsync(cancellationToken);
            }
        }));

    private static List<string> ProcessesIn(string folder)
    {
        var found = new List<string>();
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                string command = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (command.Contains(folder, StringComparison.Ordinal) || File.ReadAllText(Path.Combine(process, "environ")).Contains(folder, StringComparison.Ordinal)) found.Add(command);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or belongs to somebody else.
            }
        }

        return found;
    }
}
