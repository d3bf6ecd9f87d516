using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>All instances of one app. Changes come one after the other; reading is free at any time.</summary>
internal sealed class AppGroup(RunFileApp app, RunContext context) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile AppInstance[] _instances = [];

    /// <summary>App id.</summary>
    public string AppId => app.AppId;

    /// <summary>The instances by number.</summary>
    public IReadOnlyList<AppInstance> Instances => _instances;

    /// <summary>Adds an instance and starts it.</summary>
    public async Task<AppInstance> AddAsync(CancellationToken cancellationToken)
    {
        int number = _instances.Length;
        var instance = new AppInstance(app, number, context.Plan.AppPort(app, number, context.Ports), context);
        _instances = [.. _instances, instance];
        await instance.StartAsync(cancellationToken).ConfigureAwait(false);
        return instance;
    }

    /// <summary>Adds or removes instances until there are as many as wanted; those with the highest numbers leave first.</summary>
    public async Task ScaleAsync(int wanted, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (_instances.Length > wanted) await RemoveLastAsync(cancellationToken).ConfigureAwait(false);

            List<AppInstance> added = [];
            while (_instances.Length < wanted) added.Add(await AddAsync(cancellationToken).ConfigureAwait(false));
            await Readiness.WaitAsync(added, context.Time, static _ => { }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends all processes, while the sidecars go on.</summary>
    public Task StopProcessesAsync(CancellationToken hurry) => Task.WhenAll(_instances.Select(instance => instance.StopProcessAsync(hurry)));

    /// <summary>What the status shows of it.</summary>
    public AppStatus Status() => new(app.AppId, [.. _instances.Select(instance => instance.Status())]);

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private async Task RemoveLastAsync(CancellationToken cancellationToken)
    {
        AppInstance last = _instances[^1];
        _instances = _instances[..^1];
        await last.LeaveAsync(cancellationToken).ConfigureAwait(false);
        await last.DisposeAsync().ConfigureAwait(false);
    }
}
