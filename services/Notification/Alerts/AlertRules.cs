using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Notification.Alerts;

/// <summary>The rules as stored.</summary>
internal sealed record AlertRuleList(IReadOnlyList<AlertRule> Rules, int Layout = 1)
{
    public int Layout { get; init; } = StoredLayout.Checked(Layout, 1, "The list of alert rules");

    public static readonly AlertRuleList Empty = new([]);
}

/// <summary>The users' alert rules: one document that replicas change by compare-and-swap; a change reaches every replica within two seconds.</summary>
internal sealed class AlertRules(DaprClient dapr, IOptions<NotificationOptions> options, TimeProvider time) : IDisposable
{
    private const string Key = "alerts";
    private const int MaxAttempts = 20;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _gate = new(1);
    private IReadOnlyList<AlertRule> _rules = [];
    private long? _readAt;

    /// <summary>The rules, at most two seconds old.</summary>
    public async Task<IReadOnlyList<AlertRule>> ReadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_readAt is not { } at || time.GetElapsedTime(at) >= Freshness)
            {
                AlertRuleList? list = await dapr.GetStateAsync<AlertRuleList?>(StateStores.State, Key, cancellationToken: cancellationToken);
                Remember(list ?? AlertRuleList.Empty);
            }

            return _rules;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Adds a rule; false when there are as many as there may be.</summary>
    public Task<bool> AddAsync(AlertRule rule, CancellationToken cancellationToken) => ChangeAsync(
        list => list.Rules.Count < options.Value.MaxRules ? new AlertRuleList([.. list.Rules, rule]) : null, cancellationToken);

    /// <summary>Removes a rule; false when there is none with that id.</summary>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        list => list.Rules.Any(rule => rule.Id == id) ? new AlertRuleList([.. list.Rules.Where(rule => rule.Id != id)]) : null,
        cancellationToken);

    public void Dispose() => _gate.Dispose();

    private async Task<bool> ChangeAsync(Func<AlertRuleList, AlertRuleList?> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                (AlertRuleList? before, string etag) = await dapr.GetStateAndETagAsync<AlertRuleList?>(
                    StateStores.State, Key, cancellationToken: cancellationToken);
                if (change(before ?? AlertRuleList.Empty) is not { } after)
                {
                    return false;
                }

                if (await dapr.TrySwapAsync(StateStores.State, Key, after, etag, cancellationToken))
                {
                    Remember(after);
                    return true;
                }
            }

            throw new DaprException($"The alert rules were changed by others {MaxAttempts} times in a row.");
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Remember(AlertRuleList list)
    {
        _rules = list.Rules;
        _readAt = time.GetTimestamp();
    }
}
