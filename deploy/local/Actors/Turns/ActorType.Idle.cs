namespace DaprTrading.LocalRuntime.Actors;

internal sealed partial class ActorType
{
    /// <summary>Longest wait for the app's answer to a deactivation.</summary>
    private static readonly TimeSpan DeactivationPatience = TimeSpan.FromSeconds(5);

    private ITimer? _idle;
    private bool _idleScheduled;
    private long _idleSince;
    private TimeSpan _idleInterval;

    /// <summary>
    /// One timer per type, set to the earliest moment an actor can have been idle long enough. Turns only move that moment away, so the timer is
    /// touched when an actor is activated and when it fires, not on every turn.
    /// </summary>
    private void ScheduleIdle(TimeSpan after)
    {
        if (_idleScheduled && after >= _idleInterval - context.Time.GetElapsedTime(_idleSince)) return;

        _idleScheduled = true;
        _idleSince = context.Time.GetTimestamp();
        _idleInterval = after;
        _idle ??= context.Time.CreateTimer(
            static type => ((ActorType)type!).DeactivateIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _idle.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void DeactivateIdle()
    {
        List<(Actor Actor, HostedType Host)> idle = [];
        lock (_sync)
        {
            _idleScheduled = false;
            TimeSpan next = TimeSpan.MaxValue;
            foreach (Actor actor in _actors.Values)
            {
                if (actor.ActiveOn is not { } host) continue;

                TimeSpan left = host.IdleTimeout - context.Time.GetElapsedTime(actor.LastActive);
                if (left <= TimeSpan.Zero && !actor.Held && actor.Writes == 0 && _gate is null)
                {
                    actor.Held = true;
                    host.Running++;
                    idle.Add((actor, host));
                    continue;
                }

                // Many actors fall due at nearly the same time: looking again a little later costs less than looking for each.
                TimeSpan pause = TimeSpan.FromMilliseconds(Math.Clamp(host.IdleTimeout.TotalMilliseconds / 20, 10, 5_000));
                if (left < pause) left = pause;
                if (left < next) next = left;
            }

            if (next < TimeSpan.MaxValue) ScheduleIdle(next);
        }

        foreach ((Actor actor, HostedType host) in idle) context.Background.Start(_ => DeactivateIdleAsync(actor, host));
    }

    private async Task DeactivateIdleAsync(Actor actor, HostedType host)
    {
        await DeactivateAsync(actor, host, moved: false);
        lock (_sync) Release(actor);
    }

    /// <summary>Tells the app to drop an actor. The caller has counted this as running on the host, and no turn of the actor can start.</summary>
    private async Task DeactivateAsync(Actor actor, HostedType host, bool moved)
    {
        bool told = false;
        try
        {
            using var limit = new CancellationTokenSource(DeactivationPatience, context.Time);
            if (host.Dead) return;
            using HttpRequestMessage request = AppRequests.Deactivate(actor);
            using HttpResponseMessage response = await host.Host.App.SendAsync(request, limit.Token);
            told = true;
            if (response.StatusCode != System.Net.HttpStatusCode.OK)
            {
                LogNotDeactivated(context.Logger, Name, actor.Id, host.Host, $"status {(int)response.StatusCode}");
            }
        }
        catch (AppUnavailableException e)
        {
            LogHostDown(context.Logger, Name, actor.Id, host.Host, e.Message);
        }
        catch (Exception e)
        {
            // Whatever went wrong, the actor leaves the host: the app must take a call for an instance it still has, or no longer has.
            LogNotDeactivated(context.Logger, Name, actor.Id, host.Host, e.Message);
        }
        finally
        {
            lock (_sync)
            {
                Leave(host);
                if (told) host.Untold.Remove(actor.Id);
                else host.Untold.Add(actor.Id);
                _deactivations++;
                if (moved) _moved++;
                if (actor.ActiveOn == host) Passivate(actor);
            }
        }
    }
}
