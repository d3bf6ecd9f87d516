using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>
/// One actor type over all its hosts: who hosts which actor, the queues of turns, rebalancing and idle deactivation.
/// One lock guards it all; it is held for a few instructions at a time and never over a call.
/// </summary>
internal sealed partial class ActorType(string name, ActorContext context)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, Actor> _actors = new(StringComparer.Ordinal);
    private readonly List<HostedType> _hosts = [];
    private readonly SemaphoreSlim _changing = new(1, 1);

    private HashRing _ring = HashRing.Empty;

    /// <summary>Set while the hosts change: completes when turns may start again.</summary>
    private TaskCompletionSource? _gate;

    private long _turns;
    private long _deactivations;
    private long _moved;

    public string Name { get; } = name;

    /// <summary>The host an actor belongs to now; null when nobody hosts the type.</summary>
    public HostedType? OwnerOf(string id)
    {
        lock (_sync) return _ring.Find(HashRing.Hash(id));
    }

    public ActorTypeStatistics Statistics(int reminders)
    {
        lock (_sync)
        {
            int timers = 0;
            int active = 0;
            int waiting = 0;
            var hosts = new List<ActorHostStatistics>(_hosts.Count);
            foreach (HostedType host in _hosts)
            {
                timers += host.Timers.Count;
                active += host.Active;
                hosts.Add(new ActorHostStatistics(host.Host.AppId, host.Host.Sidecar.Options.Instance, host.Active, host.Running));
            }

            foreach (Actor actor in _actors.Values) waiting += actor.Waiting.Count;
            return new ActorTypeStatistics(Name, active, waiting, _turns, _deactivations, _moved, timers, reminders, hosts);
        }
    }

    public int ActiveOn(HostedType host)
    {
        lock (_sync) return host.Active;
    }

    /// <summary>Ends every running turn: the runtime stops.</summary>
    public void Close()
    {
        List<CancellationTokenSource> epochs;
        lock (_sync)
        {
            _idle?.Dispose();
            epochs = [.. _hosts.Select(host => host.Epoch)];
            foreach (HostedType host in _hosts) host.Timers.Clear();
        }

        foreach (CancellationTokenSource epoch in epochs) epoch.Cancel();
    }

    private Actor FindOrAdd(string id)
    {
        if (_actors.TryGetValue(id, out Actor? actor)) return actor;

        actor = new Actor(Name, id);
        _actors.Add(id, actor);
        return actor;
    }

    private void Activate(Actor actor, HostedType host)
    {
        actor.ActiveOn = host;
        host.Active++;
        ScheduleIdle(host.IdleTimeout);
    }

    /// <summary>Takes an actor off its host and forgets it when nobody needs it.</summary>
    private void Passivate(Actor actor)
    {
        if (actor.ActiveOn is not { } host) return;

        actor.ActiveOn = null;
        host.Active--;
        ForgetIfUnused(actor);
    }

    private void ForgetIfUnused(Actor actor)
    {
        if (!actor.Held && actor.Writes == 0 && actor.ActiveOn is null) _actors.Remove(actor.Id);
    }

    private void Leave(HostedType host)
    {
        host.Running--;
        if (host.Running == 0) host.Drained?.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Actor {Type}||{Id} was not deactivated by {Host}: {Reason}")]
    private static partial void LogNotDeactivated(ILogger logger, string type, string id, ActorHost host, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Actor {Type}||{Id} is taken off {Host} without a word, its app is down: {Reason}")]
    private static partial void LogHostDown(ILogger logger, string type, string id, ActorHost host, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Actor type {Type}: {Hosts} hosts, {Moved} actors moved")]
    private static partial void LogChanged(ILogger logger, string type, int hosts, int moved);
}
