using Microsoft.AspNetCore.Authentication;

namespace Dapr.AspNetCore;

/// <summary>How the app recognises its sidecar.</summary>
public class DaprAuthenticationOptions : AuthenticationSchemeOptions
{
    internal const string DefaultScheme = "Dapr";

    /// <summary>Token the sidecar has to send; from <c>APP_API_TOKEN</c> unless given.</summary>
    public string Token { get; set; } = null!;
}
