using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Authorization;

/// <summary>Adds the policy that lets only the sidecar in.</summary>
public static class DaprAuthorizationOptionsExtensions
{
    /// <summary>Adds a policy that asks for a user of the scheme <c>Dapr</c>.</summary>
    public static void AddDapr(this AuthorizationOptions options, string name = "Dapr")
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(name, policy => policy
            .AddAuthenticationSchemes(DaprAuthenticationOptions.DefaultScheme)
            .RequireAuthenticatedUser());
    }
}
