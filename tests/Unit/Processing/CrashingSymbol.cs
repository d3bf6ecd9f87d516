using System.Diagnostics.Metrics;
using System.Text.Json;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Ordering;
using DaprTrading.Processing;
using DaprTrading.Processing.Symbols;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>The process died, or a call failed: whatever was under way did not get further.</summary>
internal sealed class FaultException : Exception;

/// <summary>Where a turn is disturbed.</summary>
public enum Fault
{
    None, BeforeSave, AfterSave, BeforePublish, AfterPublish,
}

/// <summary>One symbol's actor over storage and a broker that outlive it; its turns can be disturbed at every point.</summary>
internal sealed class CrashingSymbol : IIndicatorPublisher
{
    public static readonly SymbolSettings Settings = new(
        new OrderingLimits(MaxHeld: 1_000, GapTimeoutMs: 2_000, MaxSources: 8, MaxLateGaps: 8), [new(IndicatorKind.Sma, 30)]);

    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
    private readonly StandingTime _time = new();
    private readonly NoTimers _timers = new();
    private Fault _fault;
    private SymbolActor? _actor;

    private readonly ProcessingMetrics _metrics;

    public CrashingSymbol(IMeterFactory? meters = null)
    {
        _metrics = new ProcessingMetrics(meters ?? Meters);
        Reach = new DaprReach(_time);
        Storage.OnSave = saved => Meet(saved ? Fault.AfterSave : Fault.BeforeSave);
    }

    /// <summary>What the heartbeats say of broker and state store.</summary>
    public DaprReach Reach { get; }

    /// <summary>What the actor's clock says.</summary>
    public TimeSpan Clock { get => _time.Now; set => _time.Now = value; }

    public ActorStorage Storage { get; } = new();

    /// <summary>The JSON of every point that was published, by its number, as often as it was.</summary>
    public SortedDictionary<long, List<string>> Published { get; } = [];

    /// <summary>The points of each publish, in their order.</summary>
    public List<IReadOnlyList<IndicatorPoint>> Publishes { get; } = [];

    /// <summary>A turn. False when it was not acknowledged.</summary>
    /// <param name="bars">What is delivered.</param>
    /// <param name="fault">Where it is disturbed.</param>
    /// <param name="dies">Whether the disturbance ends the activation, too.</param>
    public async Task<bool> TurnAsync(IReadOnlyList<Bar> bars, Fault fault = Fault.None, bool dies = true)
    {
        _actor ??= Activate();
        _fault = fault;
        try
        {
            await _actor.ApplyAsync(new BarBatch("T", bars), default);
            return true;
        }
        catch (FaultException)
        {
            await _actor.StateManager.ClearCacheAsync();
            if (dies)
                _actor = null;
            return false;
        }
    }

    public Task PublishAsync(string symbol, IndicatorPoint? previous, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
    {
        Meet(Fault.BeforePublish);
        (previous?.N ?? 0).Should().Be(points[0].N - 1);
        Publishes.Add(points);
        foreach (IndicatorPoint point in points)
        {
            if (!Published.TryGetValue(point.N, out List<string>? versions))
                Published[point.N] = versions = [];
            versions.Add(JsonSerializer.Serialize(point, ContractsJson.Default.IndicatorPoint));
        }

        Meet(Fault.AfterPublish);
        return Task.CompletedTask;
    }

    private void Meet(Fault here)
    {
        if (_fault != here)
            return;
        _fault = Fault.None;
        throw new FaultException();
    }

    private SymbolActor Activate()
    {
        var host = ActorHost.CreateForTest<SymbolActor>(new ActorTestOptions { ActorId = new ActorId("T"), TimerManager = _timers });
        var actor = new SymbolActor(host, Settings, this, _metrics, Reach, _time);
        typeof(Actor).GetProperty(nameof(Actor.StateManager))!.SetValue(actor, Storage.Open());
        return actor;
    }

    private sealed class StandingTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;
    }

    private sealed class NoTimers : ActorTimerManager
    {
        public override Task RegisterReminderAsync(ActorReminder reminder) => Task.CompletedTask;

        public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

        public override Task UnregisterReminderAsync(ActorReminderToken reminder) => Task.CompletedTask;

        public override Task RegisterTimerAsync(ActorTimer timer) => throw new NotSupportedException();

        public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw new NotSupportedException();
    }
}
