using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The actors of all sidecars of the runtime: placement, turns, state, timers and reminders.</summary>
/// <remarks>
/// All sidecars live in this process, so a call that comes to any of them goes straight to the app that owns the actor.
/// Deliberate differences to daprd:
/// <list type="bullet">
/// <item>A running turn counts as activity: idle deactivation never cancels it.</item>
/// <item>While hosts change, a running turn may still save its state and re-enter itself; in daprd it is cancelled and repeated.</item>
/// <item>When a host dies its actors move at once, and what runs elsewhere is left alone; draining is for planned changes.</item>
/// <item>A turn whose client went away is finished (for up to a minute): the app goes on with it anyway, and the next turn would overlap.</item>
/// <item>No turn of an actor starts while one of its state writes is under way, so a lost turn cannot write over a later one.</item>
/// <item>A reminder period of zero is refused, and firings missed while nothing ran are made up by one.</item>
/// </list>
/// Thread-safe.
/// </remarks>
public sealed class ActorRuntime : IActorRuntime
{
    private readonly ConcurrentDictionary<string, ActorType> _types = new(StringComparer.Ordinal);
    private readonly ActorContext _context;
    private readonly ActorHosts _hosts;
    private readonly Reminders _reminders;
    private readonly InvokeApi _invoke;
    private readonly StateApi _state;
    private readonly TimerApi _timerApi;
    private readonly ReminderApi _reminderApi;

    /// <summary>A runtime without hosts.</summary>
    public ActorRuntime(IComponentRegistry components, IResiliencyPolicies policies, ILoggerFactory loggers, TimeProvider time)
    {
        _context = new ActorContext(time, loggers.CreateLogger("DaprTrading.LocalRuntime.Actors"));
        var router = new ActorRouter(_types, _context);
        var stores = new ActorStores(components);
        _reminders = new Reminders(router, stores, _types, _context);
        _hosts = new ActorHosts(_types, stores, _reminders, _context);
        _invoke = new InvokeApi(router, policies);
        _state = new StateApi(_types, stores, policies, _context);
        _timerApi = new TimerApi(router, _context);
        _reminderApi = new ReminderApi(_reminders, _context);
    }

    /// <summary>Called when a turn starts or has ended: lets tests see that turns of one actor never overlap.</summary>
    internal Action<TurnChange>? TurnObserver
    {
        get => _context.TurnObserver;
        set => _context.TurnObserver = value;
    }

    private bool Closed => _context.Background.Stopping.IsCancellationRequested;

    /// <inheritdoc/>
    public Task HostReadyAsync(ISidecar sidecar, AppConfiguration configuration, CancellationToken cancellationToken) =>
        _hosts.ReadyAsync(sidecar, configuration).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task HostGoneAsync(ISidecar sidecar, bool graceful, CancellationToken cancellationToken) =>
        _hosts.GoneAsync(sidecar, graceful).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> ActiveActors(ISidecar sidecar) => _hosts.ActiveActors(sidecar);

    /// <inheritdoc/>
    public IReadOnlyList<ActorMeasure> Measures(ISidecar sidecar) =>
        [.. Statistics().Types
            .Where(type => type.Hosts.Count > 0 && type.Hosts[0].AppId == sidecar.Options.AppId && type.Hosts[0].Instance == sidecar.Options.Instance)
            .Select(type => new ActorMeasure(type.Type, type.Waiting, type.Timers, type.Reminders, type.Deactivations, type.Moved))];

    /// <summary>What every type is doing now.</summary>
    public ActorStatistics Statistics()
    {
        Dictionary<string, int> reminders = _reminders.Counts();
        IEnumerable<ActorType> types = _types.Values.OrderBy(type => type.Name, StringComparer.Ordinal);
        return new ActorStatistics([.. types.Select(type => type.Statistics(reminders.GetValueOrDefault(type.Name)))]);
    }

    /// <inheritdoc/>
    public async Task HandleAsync(HttpContext http, ISidecar sidecar, IReadOnlyList<string> segments)
    {
        ActorRoute route = ActorRoutes.Find(http.Request.Method, segments);
        if (route == ActorRoute.None)
        {
            await ActorErrors.NoRouteAsync(http);
            return;
        }

        if (Closed)
        {
            await ActorErrors.ClosedAsync(http);
            return;
        }

        try
        {
            await _hosts.WaitUntilRegisteredAsync(sidecar, http.RequestAborted);
            await DispatchAsync(http, sidecar, route, segments);
        }
        catch (OperationCanceledException) when (Closed && !http.Response.HasStarted)
        {
            await ActorErrors.ClosedAsync(http);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // Nobody is there to be answered.
            http.Abort();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reminders.StopAll();
        ValueTask background = _context.Background.DisposeAsync();
        foreach (ActorType type in _types.Values) type.Close();
        await background;
    }

    private Task DispatchAsync(HttpContext http, ISidecar sidecar, ActorRoute route, IReadOnlyList<string> segments)
    {
        string type = segments[0];
        string id = segments[1];
        if (route == ActorRoute.Invoke) return _invoke.HandleAsync(http, sidecar, type, id, segments[3]);
        if (type.StartsWith(ActorErrors.ReservedPrefix, StringComparison.Ordinal)) return ActorErrors.ReservedTypeAsync(http, type);

        HostedType? hosted = _hosts.Find(sidecar, type);
        return route switch
        {
            ActorRoute.SaveState => _state.SaveAsync(http, sidecar, type, id),
            ActorRoute.GetState => _state.GetAsync(http, sidecar, type, id, segments[3]),
            ActorRoute.CreateTimer => _timerApi.CreateAsync(http, sidecar, hosted, type, id, segments[3]),
            ActorRoute.DeleteTimer => TimerApi.DeleteAsync(http, hosted, id, segments[3]),
            _ when hosted is null => ReminderApi.NonHostedAsync(http),
            ActorRoute.CreateReminder => _reminderApi.CreateAsync(http, sidecar, new ReminderKey(type, id, segments[3])),
            ActorRoute.GetReminder => _reminderApi.GetAsync(http, sidecar, new ReminderKey(type, id, segments[3])),
            _ => _reminderApi.DeleteAsync(http, sidecar, new ReminderKey(type, id, segments[3])),
        };
    }
}
