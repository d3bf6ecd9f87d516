namespace DaprTrading.LocalRuntime;

/// <summary>Which secrets of a store an app may read (<c>spec.secrets.scopes</c> of a Configuration).</summary>
/// <param name="StoreName">Secret store.</param>
/// <param name="DefaultAllow">Whether what no list names may be read.</param>
/// <param name="Allowed">When not empty: only these.</param>
/// <param name="Denied">Never these, unless <paramref name="Allowed"/> names any.</param>
public sealed record SecretScope(string StoreName, bool DefaultAllow, IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied)
{
    /// <summary>Whether a secret may be read.</summary>
    public bool Allows(string secret)
    {
        if (Allowed.Count > 0) return Allowed.Contains(secret, StringComparer.Ordinal);
        return DefaultAllow && !Denied.Contains(secret, StringComparer.Ordinal);
    }
}

/// <summary>Who may call what of an app (<c>spec.accessControl</c> of a Configuration).</summary>
/// <param name="DefaultAllow">Whether a caller no policy is for may call.</param>
/// <param name="TrustDomain">Trust domain of the apps that use the configuration.</param>
/// <param name="Policies">One per calling app.</param>
public sealed record AccessControl(bool DefaultAllow, string TrustDomain, IReadOnlyList<AccessPolicy> Policies)
{
    /// <summary>The trust domain where none is named.</summary>
    public const string Public = "public";

    /// <summary>Whether an app may call a method.</summary>
    /// <param name="appId">Calling app.</param>
    /// <param name="nameSpace">Its namespace.</param>
    /// <param name="trustDomain">Its trust domain.</param>
    /// <param name="verb">HTTP verb.</param>
    /// <param name="path">Path of the method, with a leading slash.</param>
    public bool Allows(string appId, string nameSpace, string trustDomain, string verb, string path)
    {
        foreach (AccessPolicy policy in Policies)
        {
            if (policy.AppId == appId && policy.Namespace == nameSpace && policy.TrustDomain == trustDomain) return policy.Allows(verb, path) ?? DefaultAllow;
        }

        return DefaultAllow;
    }
}

/// <summary>What one app may call.</summary>
/// <param name="AppId">Calling app.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="TrustDomain">Its trust domain.</param>
/// <param name="DefaultAllow">Whether it may call what no operation names; null: as everybody.</param>
/// <param name="Operations">The operations; the first that fits counts.</param>
public sealed record AccessPolicy(string AppId, string Namespace, string TrustDomain, bool? DefaultAllow, IReadOnlyList<AccessOperation> Operations)
{
    internal bool? Allows(string verb, string path)
    {
        foreach (AccessOperation operation in Operations)
        {
            if (operation.Fits(verb, path)) return operation.Allow;
        }

        return DefaultAllow;
    }
}

/// <summary>One operation.</summary>
/// <param name="Name">Path, compared without regard to case: <c>*</c> stands for anything within a part, <c>**</c> for any parts.</param>
/// <param name="Verbs">HTTP verbs; <c>*</c> or none: all.</param>
/// <param name="Allow">Whether it may be called.</param>
public sealed record AccessOperation(string Name, IReadOnlyList<string> Verbs, bool Allow)
{
    internal bool Fits(string verb, string path) =>
        (Verbs.Count == 0 || Verbs.Any(listed => listed == "*" || listed.Equals(verb, StringComparison.OrdinalIgnoreCase)))
        && Matches(Name.AsSpan().TrimStart('/'), path.AsSpan().TrimStart('/'));

    // Remembers the last star of each kind and goes back to it, so that the time is bounded by the product of both lengths.
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, mark = 0, wide = -1, wideMark = 0;
        while (t < text.Length)
        {
            if (pattern[p..].StartsWith("**"))
            {
                (wide, wideMark, star) = (p, t, -1);
                p += 2;
            }
            else if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p, t);
                p++;
            }
            else if (p < pattern.Length && char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0 && text[mark] != '/')
            {
                p = star + 1;
                t = ++mark;
            }
            else if (wide >= 0)
            {
                p = wide + 2;
                t = ++wideMark;
                star = -1;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
