namespace DaprTrading.LocalRuntime.Components;

/// <summary>Reads the parts of a Configuration that say who may do what.</summary>
internal static class PolicyReader
{
    public static IReadOnlyList<SecretScope> SecretScopes(YamlMap? secrets)
    {
        if (secrets is null) return [];
        var scopes = new List<SecretScope>();
        foreach (YamlMap scope in secrets.Maps("scopes"))
        {
            string store = scope.Required("storeName");
            if (scopes.Exists(other => other.StoreName == store)) throw scope.Error("storeName", $"'{store}' has a scope already");
            scopes.Add(new SecretScope(store, Allow(scope, "defaultAccess") ?? true, scope.Strings("allowedSecrets"), scope.Strings("deniedSecrets")));
        }

        return scopes;
    }

    public static AccessControl AccessControl(YamlMap control)
    {
        List<AccessPolicy> policies = [.. control.Maps("policies").Select(Policy)];
        // As in Dapr: whoever lists what is allowed means that the rest is not.
        bool unsaid = policies.Count == 0;
        return new AccessControl(Allow(control, "defaultAction") ?? unsaid, TrustDomain(control), policies);
    }

    private static AccessPolicy Policy(YamlMap policy) => new(
        policy.Required("appId"), policy.String("namespace") is { Length: > 0 } name ? name : "default", TrustDomain(policy), Allow(policy, "defaultAction"),
        [.. policy.Maps("operations").Select(operation => new AccessOperation(
            operation.Required("name"), operation.Strings("httpVerb"), Allow(operation, "action") ?? throw operation.Error("action", "is required")))]);

    private static string TrustDomain(YamlMap map) =>
        map.String("trustDomain") is { Length: > 0 } domain ? domain : DaprTrading.LocalRuntime.AccessControl.Public;

    private static bool? Allow(YamlMap map, string key) => map.Text(key) switch
    {
        "" => null,
        { } text when text.Equals("allow", StringComparison.OrdinalIgnoreCase) => true,
        { } text when text.Equals("deny", StringComparison.OrdinalIgnoreCase) => false,
        { } text => throw map.Error(key, $"'{text}' is neither allow nor deny"),
    };
}
