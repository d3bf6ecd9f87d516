using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Who may call what: the API token and the allow- and deny-lists.</summary>
internal sealed class ApiAccess(SidecarOptions options)
{
    private readonly byte[]? _token = string.IsNullOrEmpty(options.ApiToken) ? null : Encoding.UTF8.GetBytes(options.ApiToken);

    /// <summary>True when no token is demanded or the request carries it. Compares in constant time.</summary>
    public bool HasToken(HttpRequest request)
    {
        if (_token is null) return true;
        string given = request.Headers["dapr-api-token"].ToString();
        // The server gives header values byte by byte.
        return CryptographicOperations.FixedTimeEquals(Encoding.Latin1.GetBytes(given), _token);
    }

    /// <summary>Whether an endpoint group is open in a version of the API, e.g. <c>state</c>, <c>v1.0-alpha1</c>.</summary>
    public bool Allows(string group, ReadOnlySpan<char> version)
    {
        if (options.DeniedApis.Count == 0 && options.AllowedApis.Count == 0) return true;
        if (Lists(options.DeniedApis, group, version)) return false;
        return options.AllowedApis.Count == 0 || !options.AllowedApis.Any(IsHttp) || Lists(options.AllowedApis, group, version);
    }

    private static bool IsHttp(ApiRule rule) => rule.Protocol.Equals("http", StringComparison.OrdinalIgnoreCase);

    private static bool Lists(IReadOnlyList<ApiRule> rules, string group, ReadOnlySpan<char> version)
    {
        foreach (ApiRule rule in rules)
        {
            if (IsHttp(rule) && rule.Name.Equals(group, StringComparison.OrdinalIgnoreCase) && SameVersion(rule.Version, version)) return true;
        }

        return false;
    }

    // A list says v1 or v1alpha1 where a path says v1.0 or v1.0-alpha1.
    private static bool SameVersion(string listed, ReadOnlySpan<char> version) =>
        version.StartsWith("v1.0") && listed.StartsWith("v1", StringComparison.OrdinalIgnoreCase)
        && listed.AsSpan(2).Equals(version[4..].TrimStart('-'), StringComparison.OrdinalIgnoreCase);
}
