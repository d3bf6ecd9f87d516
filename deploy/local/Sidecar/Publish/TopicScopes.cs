namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Which topics of a component an app may publish and subscribe to.</summary>
internal sealed class TopicScopes
{
    private readonly HashSet<string>? _allowed;
    private readonly HashSet<string> _protected;
    private readonly HashSet<string>? _publishing;
    private readonly HashSet<string>? _subscription;

    public TopicScopes(string appId, IReadOnlyDictionary<string, string> metadata)
    {
        HashSet<string> allowed = Topics(Value(metadata, "allowedTopics"));
        _allowed = allowed.Count > 0 ? allowed : null;
        _protected = Topics(Value(metadata, "protectedTopics"));
        _publishing = Scope(Value(metadata, "publishingScopes"), appId);
        _subscription = Scope(Value(metadata, "subscriptionScopes"), appId);
    }

    public bool MayPublish(string topic) => May(topic, _publishing);

    public bool MaySubscribe(string topic) => May(topic, _subscription);

    private bool May(string topic, HashSet<string>? scope)
    {
        if (_allowed is not null && !_allowed.Contains(topic)) return false;
        return scope is null ? !_protected.Contains(topic) : scope.Contains(topic);
    }

    private static string Value(IReadOnlyDictionary<string, string> metadata, string name)
    {
        foreach (var (key, value) in metadata)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value.Replace(" ", "");
        }

        return "";
    }

    private static HashSet<string> Topics(string list) =>
        new(list.Split(',', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    // app1=t1,t2;app2=t3;app3=  : null when the app is not listed, empty when it is listed with nothing.
    private static HashSet<string>? Scope(string scopes, string appId)
    {
        foreach (string entry in scopes.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = entry.Split('=', 2);
            if (sides[0] == appId) return Topics(sides.Length > 1 ? sides[1] : "");
        }

        return null;
    }
}
