using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The sidecars and what their apps host: joining and leaving.</summary>
internal sealed partial class ActorHosts(
    ConcurrentDictionary<string, ActorType> types, ActorStores stores, Reminders reminders, ActorContext context)
{
    /// <summary>Longest wait of an actor call for its own sidecar's start-up.</summary>
    private static readonly TimeSpan RegistrationPatience = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<ISidecar, Registration> _registrations = [];

    /// <summary>The host's part in a type; null when the sidecar's app does not host it (now).</summary>
    public HostedType? Find(ISidecar sidecar, string type) =>
        _registrations.TryGetValue(sidecar, out Registration? registration) ? registration.Host?.Types.GetValueOrDefault(type) : null;

    public IReadOnlyDictionary<string, int> ActiveActors(ISidecar sidecar)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!_registrations.TryGetValue(sidecar, out Registration? registration) || registration.Host is not { } host) return counts;
        foreach ((string name, HostedType hosted) in host.Types) counts[name] = types[name].ActiveOn(hosted);
        return counts;
    }

    /// <summary>Actor calls wait until their sidecar has said what its app hosts.</summary>
    public ValueTask WaitUntilRegisteredAsync(ISidecar sidecar, CancellationToken cancellationToken)
    {
        if (sidecar.App is null) return ValueTask.CompletedTask;
        Registration registration = Of(sidecar);
        return registration.Done.Task.IsCompleted ? ValueTask.CompletedTask : WaitAsync(registration, cancellationToken);
    }

    public async Task ReadyAsync(ISidecar sidecar, AppConfiguration configuration)
    {
        Registration registration = Of(sidecar);
        if (registration.Host is { } former) Bury(registration, former);

        if (sidecar.App is { } app && configuration.Entities.Count > 0)
        {
            if (stores.Find(sidecar.Options.AppId) is null)
            {
                LogNoStore(context.Logger, sidecar.Options.AppId);
            }
            else
            {
                ActorHost host = Describe(sidecar, app, configuration, registration);
                registration.Host = host;
                reminders.Load(host.AppId);
                await Task.WhenAll(host.Types.Values.Select(hosted => types[hosted.Type].JoinAsync(hosted)));
            }
        }

        registration.Done.TrySetResult();
    }

    public async Task GoneAsync(ISidecar sidecar, bool graceful)
    {
        if (!_registrations.TryGetValue(sidecar, out Registration? registration) || registration.Host is not { } host) return;
        if (graceful) await Task.WhenAll(host.Types.Values.Select(hosted => types[hosted.Type].LeaveAsync(hosted)));
        Bury(registration, host);
        if (!graceful) registration.ForgetUntold();   // the process has ended, and with it whatever it held
    }

    /// <summary>After a graceful leave this has nothing left to do but to end what outlived its cancellation.</summary>
    private void Bury(Registration registration, ActorHost host)
    {
        foreach (HostedType hosted in host.Types.Values) types[hosted.Type].Bury(hosted);
        if (registration.Host == host) registration.Host = null;
    }

    private ActorHost Describe(ISidecar sidecar, IAppChannel app, AppConfiguration configuration, Registration registration)
    {
        var host = new ActorHost(sidecar, app);
        foreach (string type in configuration.Entities)
        {
            host.Types.TryAdd(type, new HostedType(host, type, configuration, registration.UntoldOf(type)));
            types.GetOrAdd(type, name => new ActorType(name, context));
        }

        return host;
    }

    private async ValueTask WaitAsync(Registration registration, CancellationToken cancellationToken)
    {
        try
        {
            await registration.Done.Task.WaitAsync(RegistrationPatience, context.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSlow(context.Logger, RegistrationPatience);
        }
    }

    private Registration Of(ISidecar sidecar) => _registrations.GetValue(sidecar, static _ => new Registration());

    [LoggerMessage(Level = LogLevel.Warning, Message = "App {AppId} has actor types but no state store with actorStateStore, ETag and transactions: it hosts none")]
    private static partial void LogNoStore(ILogger logger, string appId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An actor call goes on although its sidecar has not registered its hosted types within {Limit}")]
    private static partial void LogSlow(ILogger logger, TimeSpan limit);

    private sealed class Registration
    {
        private Dictionary<string, HashSet<string>> _untold = new(StringComparer.Ordinal);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ActorHost? Host
        {
            get => Volatile.Read(ref field);
            set => Volatile.Write(ref field, value);
        }

        public HashSet<string> UntoldOf(string type)
        {
            if (!_untold.TryGetValue(type, out HashSet<string>? untold)) _untold[type] = untold = new HashSet<string>(StringComparer.Ordinal);
            return untold;
        }

        public void ForgetUntold() => _untold = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
    }
}
