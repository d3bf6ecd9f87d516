using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Dapr.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Dapr.AspNetCore;

/// <summary>Accepts requests that carry the token the sidecar was given.</summary>
internal sealed class DaprAuthenticationHandler(IOptionsMonitor<DaprAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    IConfiguration configuration)
    : AuthenticationHandler<DaprAuthenticationOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        if (!Request.Headers.TryGetValue(SidecarHeaders.ApiToken, out StringValues token))
        {
            return AuthenticateResult.NoResult();
        }

        string expected = Options.Token ?? DaprDefaults.GetDefaultAppApiToken(configuration);
        if (string.IsNullOrWhiteSpace(expected))
        {
            return AuthenticateResult.Fail("The app has no API token configured.");
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(token.ToString())))
        {
            return AuthenticateResult.Fail("The API token is not the app's.");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, DaprAuthenticationOptions.DefaultScheme)], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}
