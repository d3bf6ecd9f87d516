using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Benchmarks.Line;

/// <summary>The whole system under load: start, idle, one by one, and at full rate, in one run.</summary>
internal sealed class LineBenchmark(LineOptions options, Action<string> say)
{
    /// <summary>Names of the scenarios, as they can be chosen.</summary>
    public const string Start = "start", Idle = "idle", Single = "single", Full = "full";

    // Until then the processes still compile their hot code, which is not what they do when idle.
    private const double WarmUpSeconds = 45;
    private readonly List<Measurement> _results = [];
    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        if (Wanted(Start)) await StartAsync(cancellationToken);
        await using RunningSystem system = await RunningSystem.StartAsync();
        using var producer = new Producer(system);
        if (Wanted(Idle)) await IdleAsync(system, cancellationToken);
        if (Wanted(Single)) await SingleAsync(system, cancellationToken);
        if (Wanted(Full)) await FullRateAsync(system, producer, cancellationToken);
        return _results;
    }

    private bool Wanted(string scenario) => options.Scenarios.Count == 0 || options.Scenarios.Contains(scenario);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        say("starting the system with its generator");
        long begun = _time.GetTimestamp();
        await using RunningSystem system = await RunningSystem.StartAsync("--generator");
        _results.Add(Measurement.Of(Start, "healthy after", Seconds(begun), "s"));
        await using var first = new LineWatcher(system.Dashboard);
        await first.StartAsync(cancellationToken);
        await first.FirstData.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        _results.Add(Measurement.AtMost(Start, "first bar at a dashboard after", Seconds(begun), "s", 20));
    }

    private async Task IdleAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        say($"idle for {options.IdleSeconds} s");
        await PauseAsync(WarmUpSeconds, cancellationToken);
        IReadOnlyDictionary<string, int> pids = ProcessUsage.Pids(await system.StatusAsync(cancellationToken));
        double before = pids.Values.Sum(ProcessUsage.CpuSeconds);
        await PauseAsync(options.IdleSeconds, cancellationToken);
        double cpu = (pids.Values.Sum(ProcessUsage.CpuSeconds) - before) / options.IdleSeconds;
        _results.Add(Measurement.AtMost(Idle, "processor, all processes", cpu * 100, "% of a core", 10));
        _results.Add(Measurement.AtMost(Idle, "resident memory, all processes", pids.Values.Sum(ProcessUsage.ResidentMegabytes), "MB", 1536));
        _results.Add(Measurement.Of(Idle, "resident memory, local runtime", ProcessUsage.ResidentMegabytes(pids["local runtime"]), "MB"));
    }

    private async Task SingleAsync(RunningSystem system, CancellationToken cancellationToken)
    {
        say($"warming up, then {options.SingleRate} bars/s one by one for {options.SingleSeconds} s");
        await GeneratorProcess.RunAsync(
            system.Gateway, cancellationToken, "--symbols", "10", "--batch", "1", "--rate", $"{options.SingleRate}", "--fast-forward", "0", "--duration", "15");
        await using var watcher = new LineWatcher(system.Dashboard);
        await watcher.StartAsync(cancellationToken);
        await watcher.WatchAsync(await SymbolsAsync(system, 10, cancellationToken), cancellationToken);
        long begun = _time.GetTimestamp();
        long bars = await GeneratorProcess.RunAsync(
            system.Gateway, cancellationToken, "--symbols", "10", "--batch", "1", "--rate", $"{options.SingleRate}", "--fast-forward", "0",
            "--duration", $"{options.SingleSeconds}");
        double seconds = Seconds(begun);
        await DrainAsync(watcher, bars, cancellationToken);
        _results.Add(Measurement.AtLeast(Single, "rate", bars / Math.Min(seconds, options.SingleSeconds + 0.3), "bars/s", options.SingleRate * 0.95));
        _results.Add(Measurement.AtLeast(Single, "points at the dashboard, of those sent", 100.0 * watcher.Latencies.Count / bars, "%", 100));
        Latencies(Single, watcher, 150);
    }

    private async Task FullRateAsync(RunningSystem system, Producer producer, CancellationToken cancellationToken)
    {
        say($"warming up, then {options.Rate} bars/s for {options.Seconds} s");
        string[] load = ["--symbols", $"{options.Symbols}", "--batch", "100", "--rate", $"{options.Rate}", "--fast-forward", "0"];
        await GeneratorProcess.RunAsync(system.Gateway, cancellationToken, [.. load, "--duration", "10"]);
        await using var watcher = new LineWatcher(system.Dashboard);
        await watcher.StartAsync(cancellationToken);
        IReadOnlyList<string> watched = await SymbolsAsync(system, options.Watch, cancellationToken);
        await SettleAsync(producer, cancellationToken);
        long before = await TotalPointsAsync(producer, cancellationToken);
        await watcher.WatchAsync(watched, cancellationToken);
        IReadOnlyDictionary<string, int> pids = ProcessUsage.Pids(await system.StatusAsync(cancellationToken));
        var cpuBefore = pids.ToDictionary(p => p.Key, p => ProcessUsage.CpuSeconds(p.Value), StringComparer.Ordinal);
        long begun = _time.GetTimestamp();
        long bars = await GeneratorProcess.RunAsync(system.Gateway, cancellationToken, [.. load, "--duration", $"{options.Seconds}"]);
        double seconds = Seconds(begun);
        var cpu = pids.ToDictionary(p => p.Key, p => (ProcessUsage.CpuSeconds(p.Value) - cpuBefore[p.Key]) / seconds, StringComparer.Ordinal);
        await SettleAsync(producer, cancellationToken);
        long after = await TotalPointsAsync(producer, cancellationToken);

        _results.Add(Measurement.AtLeast(Full, "acknowledged rate", bars / Math.Min(seconds, options.Seconds + 0.5), "bars/s", options.Rate * 0.98));
        _results.Add(Measurement.AtMost(Full, "acknowledged bars that are no points", bars - (after - before), "bars", 0));
        Latencies(Full, watcher, 500);
        _results.Add(Measurement.Of(Full, "processor, all processes", cpu.Values.Sum(), "cores"));
        foreach (var (name, cores) in cpu.OrderByDescending(p => p.Value)) _results.Add(Measurement.Of(Full, "processor, " + name, cores, "cores"));
        _results.Add(Measurement.Of(Full, "resident memory, all processes", pids.Values.Sum(ProcessUsage.ResidentMegabytes), "MB"));
    }

    private void Latencies(string scenario, LineWatcher watcher, double bound)
    {
        _results.Add(Measurement.Of(scenario, "points timed", watcher.Latencies.Count, "points"));
        _results.Add(Measurement.Of(scenario, "ingest to dashboard, p50", watcher.Latencies.At(0.50), "ms"));
        _results.Add(Measurement.Of(scenario, "ingest to dashboard, p95", watcher.Latencies.At(0.95), "ms"));
        _results.Add(Measurement.AtMost(scenario, "ingest to dashboard, p99", watcher.Latencies.At(0.99), "ms", bound));
        _results.Add(Measurement.Of(scenario, "ingest to dashboard, worst", watcher.Latencies.At(1), "ms"));
    }

    private static async Task<IReadOnlyList<string>> SymbolsAsync(RunningSystem system, int count, CancellationToken cancellationToken)
    {
        using var producer = new Producer(system);
        JsonElement symbols = await producer.GetAsync("/api/symbols", cancellationToken);
        return [.. symbols.EnumerateArray().Select(s => s.GetProperty("symbol").GetString()!).Order(StringComparer.Ordinal).Take(count)];
    }

    private static async Task<long> TotalPointsAsync(Producer producer, CancellationToken cancellationToken)
    {
        JsonElement symbols = await producer.GetAsync("/api/symbols", cancellationToken);
        return symbols.EnumerateArray().Sum(s => s.GetProperty("n").GetInt64());
    }

    /// <summary>Waits until the totals stand still for two seconds: whatever was under way has arrived.</summary>
    private async Task SettleAsync(Producer producer, CancellationToken cancellationToken)
    {
        long last = -1;
        for (int same = 0, tries = 0; same < 2 && tries < 120; tries++)
        {
            await PauseAsync(1, cancellationToken);
            long now = await TotalPointsAsync(producer, cancellationToken);
            same = now == last ? same + 1 : 0;
            last = now;
        }
    }

    private async Task DrainAsync(LineWatcher watcher, long wanted, CancellationToken cancellationToken)
    {
        for (int tries = 0; tries < 100 && watcher.Latencies.Count < wanted; tries++) await PauseAsync(0.1, cancellationToken);
    }

    private Task PauseAsync(double seconds, CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromSeconds(seconds), _time, cancellationToken);

    private double Seconds(long since) => _time.GetElapsedTime(since).TotalSeconds;
}
